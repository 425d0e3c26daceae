package dev.felucca.docker.route;

/** Type and permissions of a file in the bits of Go's os.FileMode, which Docker's clients read. */
final class FileModes {
    private static final int TYPE = 0170000;

    private FileModes() {}

    /** @param mode as inode(7) has it */
    static long of(int mode) {
        long bits = mode & 0777;
        bits |= bit(mode, 04000, 23);
        bits |= bit(mode, 02000, 22);
        bits |= bit(mode, 01000, 20);
        return bits
                | switch (mode & TYPE) {
                    case 0040000 -> 1L << 31;
                    case 0120000 -> 1L << 27;
                    case 0060000 -> 1L << 26;
                    case 0020000 -> 1L << 26 | 1L << 21;
                    case 0010000 -> 1L << 25;
                    case 0140000 -> 1L << 24;
                    default -> 0;
                };
    }

    private static long bit(int mode, int unix, int go) {
        return (mode & unix) == 0 ? 0 : 1L << go;
    }
}

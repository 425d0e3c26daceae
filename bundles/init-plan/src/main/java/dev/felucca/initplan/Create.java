package dev.felucca.initplan;

/** What to make at a mount's target when nothing is there; missing parents are made too, mode 0755, owned by the maker. */
public enum Create {
    /** Nothing: a missing target is ENOENT. */
    NOTHING(0),
    DIRECTORY(OpFlags.CREATE_DIRECTORY),
    /** An empty regular file, mode 0644. */
    FILE(OpFlags.CREATE_FILE);

    private final int flag;

    Create(int flag) {
        this.flag = flag;
    }

    int flag() {
        return flag;
    }

    static Create of(int flags) {
        return (flags & OpFlags.CREATE_DIRECTORY) != 0
                ? DIRECTORY
                : (flags & OpFlags.CREATE_FILE) != 0 ? FILE : NOTHING;
    }
}

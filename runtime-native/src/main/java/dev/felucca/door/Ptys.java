package dev.felucca.door;

import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;

/** Pseudo-terminals and terminal settings: pty(7), ioctl_tty(2). */
public final class Ptys {
    private static final int TCGETS = 0x5401;
    private static final int TCSETS = 0x5402;
    private static final int TIOCGWINSZ = 0x5413;
    private static final int TIOCSWINSZ = 0x5414;
    private static final int TIOCSPTLCK = 0x40045431;
    private static final int TIOCGPTN = 0x80045430;
    private static final int TIOCGPTPEER = 0x5441;
    private static final int TERMIOS = 36;

    private Ptys() {}

    /** A pseudo-terminal; the terminal's number is its name in the devpts that it came from. */
    public record Pty(Fd master, Fd terminal, int number) implements AutoCloseable {
        @Override
        public void close() {
            master.close();
            terminal.close();
        }
    }

    /** A window's size in characters. */
    public record Size(int rows, int columns) {}

    /** A terminal's settings, opaque, to be given back to {@link #restore}. */
    public static final class Settings {
        private final byte[] termios;

        private Settings(byte[] termios) {
            this.termios = termios;
        }
    }

    /** A new pseudo-terminal of the host's devpts. */
    public static Pty open(Size size) {
        Fd master = Descriptors.open("/dev/ptmx", Descriptors.O_RDWR | Descriptors.O_NOCTTY);
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(4);
            Sys.check("ioctl TIOCSPTLCK", master, ioctl(master, TIOCSPTLCK, m.address()));
            Sys.check("ioctl TIOCGPTN", master, ioctl(master, TIOCGPTN, m.address()));
            int flags = Descriptors.O_RDWR | Descriptors.O_NOCTTY | Descriptors.O_CLOEXEC;
            // By the master and not by name, so that no other devpts on /dev/pts can come between.
            Fd terminal = Sys.fd("ioctl TIOCGPTPEER", "pts/" + m.getInt(0), ioctl(master, TIOCGPTPEER, flags));
            Pty pty = new Pty(master, terminal, m.getInt(0));
            try {
                resize(master, size);
                return pty;
            } catch (RuntimeException e) {
                terminal.close();
                throw e;
            }
        } catch (RuntimeException e) {
            master.close();
            throw e;
        }
    }

    private static long ioctl(Fd fd, int request, long argument) {
        return Sys.raw(Nr.IOCTL, fd.number(), Integer.toUnsignedLong(request), argument);
    }

    public static Size size(Fd tty) {
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(8);
            Sys.check("ioctl TIOCGWINSZ", tty, ioctl(tty, TIOCGWINSZ, m.address()));
            return new Size(m.getShort(0), m.getShort(2));
        }
    }

    /** Sets the size on either end; the foreground process group gets SIGWINCH. */
    public static void resize(Fd tty, Size size) {
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(8).putShort(0, size.rows()).putShort(2, size.columns());
            Sys.check("ioctl TIOCSWINSZ", tty, ioctl(tty, TIOCSWINSZ, m.address()));
        }
    }

    public static boolean isTerminal(Fd fd) {
        try (Scratch s = Scratch.open()) {
            return ioctl(fd, TCGETS, s.alloc(TERMIOS).address()) >= 0;
        }
    }

    /** Raw mode, as cfmakeraw(3); what was set before. */
    public static Settings makeRaw(Fd tty) {
        try (Scratch s = Scratch.open()) {
            Mem t = s.alloc(TERMIOS);
            Sys.check("ioctl TCGETS", tty, ioctl(tty, TCGETS, t.address()));
            Settings before = new Settings(t.get(0, TERMIOS));
            // c_iflag without IGNBRK BRKINT PARMRK ISTRIP INLCR IGNCR ICRNL IXON
            t.putInt(0, t.getInt(0) & ~(1 | 2 | 8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400));
            // c_oflag without OPOST
            t.putInt(4, t.getInt(4) & ~1);
            // c_cflag with CS8, without PARENB
            t.putInt(8, (t.getInt(8) & ~(0x30 | 0x100)) | 0x30);
            // c_lflag without ECHO ECHONL ICANON ISIG IEXTEN
            t.putInt(12, t.getInt(12) & ~(8 | 0x40 | 2 | 1 | 0x8000));
            // c_cc[VTIME] and c_cc[VMIN]
            t.putByte(17 + 5, 0).putByte(17 + 6, 1);
            Sys.check("ioctl TCSETS", tty, ioctl(tty, TCSETS, t.address()));
            return before;
        }
    }

    public static void restore(Fd tty, Settings settings) {
        try (Scratch s = Scratch.open()) {
            Sys.check(
                    "ioctl TCSETS",
                    tty,
                    ioctl(tty, TCSETS, s.bytes(settings.termios).address()));
        }
    }
}

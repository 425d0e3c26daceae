package dev.felucca.initplan;

/** The flag bits in an operation's header. A bit that an operation does not know makes init refuse the plan. */
final class OpFlags {
    static final int CREATE_DIRECTORY = 1;
    static final int CREATE_FILE = 1 << 1;
    static final int NO_LINKS = 1 << 2;
    static final int RECURSIVE = 1 << 3;
    static final int EXISTING_OK = 1 << 4;
    static final int MISSING_OK = 1 << 5;
    static final int DENIED_OK = 1 << 6;
    static final int UNLESS_DONE = 1 << 7;
    static final int CONSOLE = 1 << 8;

    private OpFlags() {}

    static int when(boolean condition, int flag) {
        return condition ? flag : 0;
    }
}

package dev.felucca.shell.terminal;

/** The size of a terminal's window in character cells, as TIOCGWINSZ has it (ioctl_tty(2)). */
public record WindowSize(int columns, int rows) {}

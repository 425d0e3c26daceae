package dev.felucca.api.container;

/** A resource limit (setrlimit(2)); the name in lower case without RLIMIT_, such as {@code nofile}; -1 is unlimited. */
public record Ulimit(String name, long soft, long hard) {}

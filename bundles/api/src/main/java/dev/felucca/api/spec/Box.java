package dev.felucca.api.spec;

/** Size of a terminal, in characters. */
public record Box(int height, int width) {}

package dev.felucca.api.exec;

import java.nio.file.Path;

/**
 * The log of a container, for a backend that writes it itself: Docker's json-file form, one entry a line, lines cut in pieces of
 * 16 KiB, in FILE, FILE.1, FILE.2 ..., the highest the oldest.
 *
 * @param file absolute; its directory exists. An entry that an earlier writer left torn at its end is taken off
 * @param maxSize bytes at which a file is rotated, before the entry that would begin beyond it; 0 for no limit
 * @param maxFiles how many files there are at most, the current one included, from 1 on
 */
public record LogTarget(Path file, long maxSize, int maxFiles) {}

package dev.felucca.door.shim;

/**
 * A process that a shim holds.
 *
 * @param key the shim's name for it, 0 for init
 * @param exit meaningful if it has ended
 * @param execId empty for init
 */
public record ShimState(
        int key,
        int pid,
        boolean started,
        boolean ended,
        boolean terminal,
        boolean stdin,
        ShimExit exit,
        String execId) {}

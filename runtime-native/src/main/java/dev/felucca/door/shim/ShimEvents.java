package dev.felucca.door.shim;

/** Hears what a shim tells by itself; must not block. */
public interface ShimEvents {
    void exited(int key, ShimExit exit);

    /** The shim is gone, or the connection is. Once, and the last call. */
    void lost();
}

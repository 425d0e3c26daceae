package dev.felucca.exec.shim;

import dev.felucca.door.shim.ShimContainer;

/** A container of this backend: what is in the handle table, and the runtime that made it. */
record Container(String id, String runtime, ShimContainer held) {}

package dev.felucca.door;

import dev.felucca.api.EngineException;

/** The deadline of a birth has passed before the program was executed. */
public final class InitLate extends EngineException {
    InitLate() {
        super(Kind.UNAVAILABLE, "the deadline for the birth of a process has passed");
    }
}

package dev.felucca.door;

import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import org.jspecify.annotations.Nullable;

/** Kernel keyrings: keyctl(2). */
public final class Keyrings {
    private static final int KEYCTL_JOIN_SESSION_KEYRING = 1;

    private Keyrings() {}

    /**
     * Gives the calling thread another session keyring.
     *
     * @param name joined or made; null for a new one without a name
     * @return the keyring's id
     */
    public static int joinSession(@Nullable String name) {
        try (Scratch s = Scratch.open()) {
            long r = Sys.raw(Nr.KEYCTL, KEYCTL_JOIN_SESSION_KEYRING, s.stringOrNull(name));
            return (int) Sys.check("keyctl join session", name == null ? "" : name, r);
        }
    }
}

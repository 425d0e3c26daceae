package dev.felucca.initplan;

import dev.felucca.api.EngineException;

/** User and group ids: 0 to 2^32-2, carried as int. */
final class Ids {
    private Ids() {}

    static int check(String field, long id) {
        if (id < 0 || id > 0xffff_fffeL) {
            throw EngineException.invalid(field + ": " + id + " is no id (0 to 4294967294)");
        }
        return (int) id;
    }
}

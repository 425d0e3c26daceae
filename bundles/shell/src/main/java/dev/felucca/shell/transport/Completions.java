package dev.felucca.shell.transport;

import java.util.List;
import java.util.SortedSet;

/** Knows what may be typed next; a service of this bundle. May be called from any thread. */
@FunctionalInterface
public interface Completions {

    /**
     * What may stand in place of the last word.
     *
     * @param words the command line up to the cursor, the command's name first; the last word may be unfinished or empty
     * @throws dev.felucca.api.EngineException UNAVAILABLE if the engine cannot be asked for names now
     */
    SortedSet<String> candidates(List<String> words);
}

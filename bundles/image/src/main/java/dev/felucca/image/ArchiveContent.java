package dev.felucca.image;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The files of an image archive or layout directory, by their paths within it. */
interface ArchiveContent {
    /** The file of that name; null if there is none. */
    @Nullable
    Staged file(String name) throws IOException;

    /** How the user knows it, for messages. */
    String what();

    default @Nullable Staged blob(String digest) throws IOException {
        return file("blobs/sha256/" + Digests.hex(digest));
    }
}

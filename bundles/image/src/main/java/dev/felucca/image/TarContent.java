package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An archive that comes as a stream, read once from front to back. What each file means is known only at the end (docker
 * writes its manifest last), so every file that may be part of an image is staged.
 */
final class TarContent implements ArchiveContent {
    /** {@code blobs/sha256/<hex>} is the deepest path in either format; what lies deeper is no part of an image. */
    private static final int MAX_DEPTH = 3;

    private static final int MAX_LINKS = 8;

    private final String what = "the archive";
    private final Map<String, Staged> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();
    private long count;

    TarContent(InputStream archive, Staging staging, KnownBlobs known) throws IOException {
        Guarded plain = new Guarded(archive, staging.limits(), what);
        TarReader tar = new TarReader(plain, what);
        TarReader.Entry e = tar.next();
        while (e != null) {
            if (++count > staging.limits().maxEntries()) {
                throw Limits.exceeded(
                        "the number of entries of " + what,
                        "maxEntries",
                        staging.limits().maxEntries());
            }
            accept(e, tar, staging, known);
            e = tar.next();
        }
        // The rest is padding, but compressed input has its checksum there.
        plain.drain();
    }

    private void accept(TarReader.Entry e, TarReader tar, Staging staging, KnownBlobs known) throws IOException {
        String name = EntryNames.normalise(e.name(), what);
        if (e.type() == '2') {
            links.put(name, EntryNames.resolve(name, e.link(), what));
        } else if (e.type() == '1') {
            links.put(name, EntryNames.normalise(e.link(), what));
        } else if (e.isFile() && name.chars().filter(c -> c == '/').count() < MAX_DEPTH) {
            put(name, stage(name, e, tar, staging, known));
        }
    }

    private Staged stage(String name, TarReader.Entry e, TarReader tar, Staging staging, KnownBlobs known)
            throws IOException {
        String label = EntryNames.label(name);
        String digest = EntryNames.blobDigest(name);
        KnownBlobs.Known have = digest.isEmpty() ? null : known.pin(digest);
        Staged staged = have == null
                ? staging.stage(tar.content(), label, e.size())
                : staging.stageKnown(tar.content(), have, label);
        if (!digest.isEmpty() && !staged.digest().equals(digest)) {
            throw EngineException.invalid(
                    what + ": the content of " + name + " has the digest " + staged.digest() + ", it is damaged");
        }
        return staged;
    }

    private void put(String name, Staged staged) {
        Staged before = files.put(name, staged);
        if (before != null && !before.digest().equals(staged.digest())) {
            throw EngineException.invalid(what + ": " + name + " is there twice with different content");
        }
    }

    @Override
    public @Nullable Staged file(String name) {
        String at = EntryNames.normalise(name, what);
        for (int i = 0; i < MAX_LINKS; i++) {
            Staged found = files.get(at);
            String next = links.get(at);
            if (found != null || next == null) {
                return found;
            }
            at = next;
        }
        throw EngineException.invalid(what + ": too many links from " + name);
    }

    @Override
    public String what() {
        return what;
    }

    boolean isEmpty() {
        return count == 0;
    }
}

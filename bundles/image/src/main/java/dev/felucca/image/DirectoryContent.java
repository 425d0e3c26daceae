package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An OCI image layout in a directory. Only what is asked for is read, and nothing that lies outside. */
final class DirectoryContent implements ArchiveContent {
    private final Path root;
    private final Staging staging;
    private final KnownBlobs known;
    private final Map<String, Staged> files = new HashMap<>();

    DirectoryContent(Path directory, Staging staging, KnownBlobs known) throws IOException {
        root = directory.toRealPath();
        this.staging = staging;
        this.known = known;
    }

    @Override
    public @Nullable Staged file(String name) throws IOException {
        String path = EntryNames.normalise(name, what());
        Staged before = files.get(path);
        if (before != null) {
            return before;
        }
        Path file;
        try {
            file = root.resolve(path).toRealPath();
        } catch (NoSuchFileException e) {
            return null;
        }
        if (!file.startsWith(root)) {
            throw EngineException.invalid(what() + ": " + path + " is a link that leads out of it");
        }
        if (!Files.isRegularFile(file)) {
            throw EngineException.invalid(what() + ": " + path + " is no regular file");
        }
        Staged staged = stage(path, file);
        files.put(path, staged);
        return staged;
    }

    private Staged stage(String path, Path file) throws IOException {
        String digest = EntryNames.blobDigest(path);
        String label = EntryNames.label(path);
        KnownBlobs.Known have = digest.isEmpty() ? null : known.pin(digest);
        Staged staged;
        try (InputStream in = Files.newInputStream(file)) {
            staged = have == null ? staging.stage(in, label, Files.size(file)) : staging.stageKnown(in, have, label);
        }
        if (!digest.isEmpty() && !staged.digest().equals(digest)) {
            throw EngineException.invalid(
                    what() + ": the content of " + path + " has the digest " + staged.digest() + ", it is damaged");
        }
        return staged;
    }

    @Override
    public String what() {
        return "the layout " + root;
    }
}

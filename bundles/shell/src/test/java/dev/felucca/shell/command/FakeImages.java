package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.CommitOptions;
import dev.felucca.api.image.HistoryEntry;
import dev.felucca.api.image.Image;
import dev.felucca.api.image.ImageConfig;
import dev.felucca.api.image.Images;
import dev.felucca.api.image.ImportOptions;
import dev.felucca.api.image.Layer;
import dev.felucca.api.image.Progress;
import dev.felucca.api.storage.LayerSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Two images, one without a name. */
final class FakeImages implements Images {
    private static Image image(String hex, List<String> tags) {
        return new Image(
                "sha256:" + hex.repeat(32),
                tags,
                List.of(),
                "amd64",
                "linux",
                FakeEngine.NOW,
                "",
                "",
                4_260_000,
                ImageConfig.EMPTY,
                List.of());
    }

    @Override
    public List<Image> list() {
        return List.of(image("ab", List.of("busybox:latest")), image("cd", List.of()));
    }

    @Override
    public Image get(String reference) {
        if (reference.equals("busybox")) return list().get(0);
        throw EngineException.notFound("No such image: " + reference);
    }

    @Override
    public List<HistoryEntry> history(String reference) {
        return List.of(new HistoryEntry(get(reference).id(), FakeEngine.NOW, "CMD [\"sh\"]", 0, "", List.of()));
    }

    @Override
    public Image hold(String reference, String holder) {
        return get(reference);
    }

    @Override
    public void release(String holder) {}

    @Override
    public LayerSource layer(String imageId, Layer layer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> load(InputStream archive, Progress progress) throws IOException {
        if (!new String(archive.readAllBytes(), StandardCharsets.UTF_8).equals("the archive"))
            throw EngineException.invalid("not the archive");
        return List.of("Loaded image: x:latest");
    }

    @Override
    public List<String> load(Path archiveOrLayout, Progress progress) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Image importRootfs(InputStream tar, ImportOptions options, Progress progress) {
        return list().get(0);
    }

    @Override
    public Image commit(String base, LayerWriter layer, CommitOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void save(List<String> references, OutputStream out) throws IOException {
        out.write(("saved " + references).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void tag(String reference, String target) {}

    @Override
    public List<String> remove(String reference, boolean force) {
        return List.of("Untagged: " + reference + " " + force);
    }

    @Override
    public PruneResult prune(boolean all) {
        return new PruneResult(List.of(), 0);
    }

    @Override
    public AutoCloseable onRemoved(Runnable listener) {
        return () -> {};
    }

    @Override
    public String familiar(@Nullable String reference) {
        return String.valueOf(reference);
    }
}

package dev.felucca.image;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.image.CommitOptions;
import dev.felucca.api.image.Images.LayerWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Makes an image of one more layer on top of another image. */
final class Committer {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int PIPE = 1 << 20;

    private Committer() {}

    static Incoming make(StoredImage base, LayerWriter writer, CommitOptions options, Layout layout, Staging staging)
            throws IOException {
        List<Reference> names = Importer.names(options.reference());
        // before anything is packed: a wrong instruction should cost nothing
        ObjectNode config = Changes.toJson(Changes.apply(options.config(), options.changes()));
        List<Staged> layers = new ArrayList<>();
        for (StoredImage.Blob b : base.layers()) {
            layers.add(new Staged(null, b.digest(), b.size(), b.compression(), b.diffId(), b.uncompressed(), null));
        }
        Staged layer = staged(writer, staging);
        layers.add(layer);
        String created = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        ObjectNode n = (ObjectNode) MAPPER.readTree(Files.readAllBytes(layout.blob(base.id())));
        n.put("created", created).put("author", options.author()).put("comment", options.message());
        n.set("config", config);
        // of the container that docker made the base from
        n.remove(List.of("container", "container_config", "docker_version"));
        n.withArrayProperty("history")
                .addObject()
                .put("created", created)
                .put("created_by", options.createdBy())
                .put("author", options.author())
                .put("comment", options.message());
        n.withObjectProperty("rootfs").withArrayProperty("diff_ids").add(layer.requireLayer("of the changes"));
        return Incoming.of(staging.stage(Json.write(n), "config"), layers, staging, names);
    }

    /** The layer is stored while another thread packs it. */
    private static Staged staged(LayerWriter writer, Staging staging) throws IOException {
        try (PipedInputStream in = new PipedInputStream(PIPE)) {
            OutputStream out = new PipedOutputStream(in);
            FutureTask<Boolean> packed = new FutureTask<>(() -> {
                try (out) {
                    writer.writeTo(out);
                }
                return true;
            });
            Threads.start("image-commit", packed);
            Staged layer = staging.stage(in, "layer", -1);
            packed.get();
            return layer;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineException x) {
                throw x;
            }
            throw new IOException("the changes cannot be packed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("interrupted while packing changes");
        }
    }
}

package dev.felucca.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.felucca.api.EngineException;
import dev.felucca.api.image.Image;
import dev.felucca.api.image.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrencyTest {
    private static final byte[] LAYER = Archive.layer("etc/x", "x".repeat(300_000));

    /** Whoever gets a hold can read all layers until it is released, whatever is removed and loaded meanwhile. */
    @Test
    void holdsRemovalsAndLoadsDoNotHurtEachOther(@TempDir Path data) throws Exception {
        ImageStore store = new ImageStore(data, ImageStoreTest.LIMITS, Path.of("/nonexistent"));
        byte[] archive = Archive.docker("app:1", LAYER).bytes();
        ExecutorService pool = Executors.newFixedThreadPool(6);
        List<Future<?>> all = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            String holder = "create " + t;
            all.add(pool.submit(() -> repeat(() -> {
                Image i = store.hold("app:1", holder);
                try (InputStream in = store.layer(i.id(), i.layers().get(0)).open()) {
                    assertEquals(LAYER.length, in.readAllBytes().length);
                } finally {
                    store.release(holder);
                }
            })));
            all.add(pool.submit(
                    () -> repeat(() -> store.load(new java.io.ByteArrayInputStream(archive), Progress.NONE))));
            all.add(pool.submit(() -> repeat(() -> store.remove("app:1", false))));
        }
        for (Future<?> f : all) {
            f.get(60, TimeUnit.SECONDS);
        }
        pool.shutdown();
    }

    private interface Step {
        void run() throws IOException;
    }

    private static Void repeat(Step step) throws IOException {
        for (int i = 0; i < 40; i++) {
            try {
                step.run();
            } catch (EngineException e) {
                boolean expected =
                        e.kind() == EngineException.Kind.NOT_FOUND || e.kind() == EngineException.Kind.CONFLICT;
                if (!expected) {
                    throw e;
                }
            }
        }
        return null;
    }
}

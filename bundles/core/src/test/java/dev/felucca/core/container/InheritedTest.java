package dev.felucca.core.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.image.ImageConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InheritedTest {
    private static final ImageConfig IMAGE = new ImageConfig(
            "nobody",
            Set.of("80/tcp"),
            List.of("A=image", "B=image", "C=image"),
            List.of("/entry"),
            List.of("one"),
            Set.of("/data"),
            "/srv",
            Map.of("k", "image", "felucca.storage", "vfs"),
            "SIGQUIT",
            null);

    private static ContainerConfig own(@Nullable List<String> cmd, @Nullable List<String> entrypoint, String... env) {
        return new ContainerConfig(
                "image",
                cmd,
                entrypoint,
                List.of(env),
                null,
                null,
                null,
                "",
                false,
                false,
                false,
                Map.of("k", "own"),
                Set.of("81/tcp"),
                Set.of(),
                null,
                null,
                null);
    }

    @Test
    void whatTheUserLeavesOpenIsTheImages() {
        ContainerConfig c = Inherited.of(own(null, null, "B=own", "C"), IMAGE);
        assertEquals(List.of("/entry"), c.entrypoint());
        assertEquals(List.of("one"), c.cmd());
        assertEquals(List.of("A=image", "B=own", "C"), c.env());
        assertEquals("nobody", c.user());
        assertEquals("/srv", c.workingDir());
        assertEquals(Map.of("k", "own", "felucca.storage", "vfs"), c.labels());
        assertEquals(Set.of("80/tcp", "81/tcp"), c.exposedPorts());
        assertEquals(Set.of("/data"), c.volumes());
        assertEquals("SIGQUIT", c.stopSignal());
        assertEquals(c, Inherited.of(c, IMAGE));
    }

    @Test
    void anEntrypointResetsTheImagesArguments() {
        assertEquals(
                List.of("two"), Inherited.of(own(List.of("two"), null), IMAGE).cmd());
        ContainerConfig reset = Inherited.of(own(null, List.of("/other")), IMAGE);
        assertEquals(List.of("/other"), reset.entrypoint());
        assertNull(reset.cmd());
    }
}

package dev.felucca.core.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.spec.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The machine that the tests run on. */
class HostFactsTest {
    @Test
    void theListsOfThisHostCanBeRead() {
        HostFacts here = HostFacts.here();
        assertTrue(CpuList.parse("cpus", here.cpus().get()).get(0));
        assertTrue(CpuList.parse("mems", here.mems().get()).get(0));
    }

    @Test
    void aPrivilegedContainerGetsWhatTheHostHas() {
        Spec spec = SpecFactory.create(Samples.input(Samples.config(), Samples.host("{'privileged': true}")));
        assertEquals(
                HostFacts.here().capabilities(), spec.process().capabilities().permitted());
        assertNull(spec.linux().seccomp());
        List<String> devices =
                spec.linux().devices().stream().map(d -> d.path()).toList();
        assertTrue(devices.contains("/dev/null"), devices.toString());
        for (String device : devices) {
            assertTrue(Files.exists(Path.of(device)), device);
            assertFalse(device.startsWith("/dev/pts/") || device.equals("/dev/ptmx") || device.equals("/dev/console"));
        }
    }

    @Test
    void aPlainContainerIsValidHere() {
        SpecFactory.validate(Samples.config(), Samples.host());
        Spec spec = SpecFactory.create(Samples.input(Samples.config(), Samples.host()));
        assertTrue(HostFacts.here()
                .capabilities()
                .containsAll(spec.process().capabilities().bounding()));
        assertEquals(List.of(), spec.linux().devices());
    }
}

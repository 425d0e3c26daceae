package dev.felucca.core.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.spec.Spec;
import dev.felucca.api.spec.SpecJson;
import dev.felucca.core.security.SeccompProfiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** Whole specs, as files that can be read. */
class GoldenSpecTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void aPlainContainer() throws IOException {
        Spec spec = SpecFactory.create(Samples.input(Samples.config(), Samples.host()), Samples.HOST);
        assertEquals(
                SeccompProfiles.defaultProfile(
                        new HashSet<>(spec.process().capabilities().bounding())),
                spec.linux().seccomp());
        assertGolden("default.json", spec);
    }

    @Test
    void aPrivilegedContainer() throws IOException {
        Spec spec = SpecFactory.create(
                Samples.input(Samples.config("{'tty': true}"), Samples.host("{'privileged': true}")), Samples.HOST);
        assertNull(spec.linux().seccomp());
        assertGolden("privileged.json", spec);
    }

    private static void assertGolden(String file, Spec spec) throws IOException {
        ObjectNode actual = (ObjectNode) MAPPER.readTree(SpecJson.write(spec));
        // The profile has its own test, and differs by architecture.
        ((ObjectNode) actual.get("linux")).remove("seccomp");
        try (InputStream in = GoldenSpecTest.class.getResourceAsStream(file)) {
            assertNotNull(in, file);
            assertEquals(MAPPER.readTree(in).toPrettyString(), actual.toPrettyString());
        }
    }
}

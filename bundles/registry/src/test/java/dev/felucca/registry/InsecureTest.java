package dev.felucca.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What texts of users and registries mean. */
class InsecureTest {
    private static final Insecure CONFIGURED = Insecure.parse(List.of("reg.example:5000", "10.1.0.0/16", "fd00::/8"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:5000",
                "127.0.0.1:80",
                "127.9.9.9",
                "[::1]:5000",
                "reg.example:5000",
                "REG.example:5000",
                "10.1.2.3:5000",
                "[fd00::7]"
            })
    void covered(String domain) {
        assertTrue(CONFIGURED.covers(domain));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reg.example", "reg.example:5001", "10.2.0.1", "[fe80::1]:80", "registry.invalid"})
    void notCovered(String domain) {
        assertFalse(CONFIGURED.covers(domain));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://reg", "10.0.0.0/33", "10.0.0/x", "reg.example/8"})
    void refused(String entry) {
        assertThrows(EngineException.class, () -> Insecure.parse(List.of(entry)));
    }

    @Test
    void challenges() {
        Challenge c = Challenge.choose(
                        List.of(
                                "Basic realm=\"a\", Bearer realm=\"https://t/x?y=1,2\", scope=\"repository:a:pull,push\" , error=invalid"))
                .orElseThrow();
        assertEquals("bearer", c.scheme());
        assertEquals(
                Map.of("realm", "https://t/x?y=1,2", "scope", "repository:a:pull,push", "error", "invalid"),
                c.parameters());
        assertEquals(
                "basic",
                Challenge.choose(List.of("Negotiate", "Basic realm=x"))
                        .orElseThrow()
                        .scheme());
        assertTrue(Challenge.choose(List.of("Negotiate")).isEmpty());
        assertTrue(Challenge.choose(List.of("\"\\", "=")).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "docker.io", "https://index.docker.io/v1/", "index.docker.io", "registry-1.docker.io"})
    void theHubHasSeveralNames(String server) {
        assertEquals("docker.io", RegistriesComponent.domain(server));
    }
}

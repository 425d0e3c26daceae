package dev.felucca.docker.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FiltersTest {
    private static Filters parse(String text) {
        return Filters.parse(text, Set.of("status", "label", "dangling"));
    }

    @Test
    void bothFormsAreTaken() {
        assertEquals(
                List.of("running"),
                parse("{\"status\":{\"running\":true,\"paused\":false}}").get("status"));
        assertEquals(List.of("a", "b"), parse("{\"status\":[\"a\",\"b\"]}").get("status"));
        assertEquals(List.of(), parse("").get("status"));
    }

    @Test
    void whatIsNotKnownIsRefused() {
        assertEquals(
                "invalid filter 'x'",
                assertThrows(EngineException.class, () -> parse("{\"x\":[\"1\"]}"))
                        .message());
        assertThrows(EngineException.class, () -> parse("[]"));
        assertThrows(EngineException.class, () -> parse("{\"status\":1}"));
        assertThrows(EngineException.class, () -> parse("{"));
    }

    @Test
    void truthValues() {
        assertEquals(true, parse("{\"dangling\":[\"1\"]}").truth("dangling"));
        assertNull(parse("{}").truth("dangling"));
        assertThrows(
                EngineException.class, () -> parse("{\"dangling\":[\"maybe\"]}").truth("dangling"));
        assertThrows(EngineException.class, () -> parse("{\"dangling\":[\"true\",\"false\"]}")
                .truth("dangling"));
    }

    @Test
    void allLabelsMustBeThere() {
        Filters f = parse("{\"label\":[\"a\",\"b=1\"]}");
        assertTrue(f.labels("label", Map.of("a", "x", "b", "1")));
        assertFalse(f.labels("label", Map.of("a", "x", "b", "2")));
        assertFalse(f.labels("label", Map.of("b", "1")));
    }
}

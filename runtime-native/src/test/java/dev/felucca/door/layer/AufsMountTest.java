package dev.felucca.door.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.storage.MountSpec.Option;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What mount(2) is given. */
class AufsMountTest {
    private static MountSpec spec(int branches) {
        List<Option> options = new ArrayList<>();
        options.add(new Option("br", "/c/rw=rw"));
        for (int i = 1; i < branches; i++) {
            options.add(new Option("br", "/layers/sha256-" + String.format("%064d", i) + "/diff=ro+wh"));
        }
        options.add(new Option("dio", null));
        options.add(new Option("xino", "/c/xino"));
        return new MountSpec("aufs", "none", options, false);
    }

    @Test
    void oneString() {
        List<Option> options = List.of(
                new Option("br", "/rw=rw"),
                new Option("br", "/b=ro+wh"),
                new Option("br", "/a=ro+wh"),
                new Option("dio", null),
                new Option("xino", "/x"));
        assertEquals(
                List.of("br:/rw=rw:/b=ro+wh:/a=ro+wh,dio,xino=/x"),
                AufsMount.data(new MountSpec("aufs", "none", options, false), 4096));
    }

    @Test
    void whatAPageDoesNotHoldIsAppended() {
        List<String> data = AufsMount.data(spec(127), 4096);
        assertTrue(data.size() > 2, "remounts: " + data.size());
        assertTrue(data.get(0).startsWith("br:/c/rw=rw:/layers/sha256-0"));
        assertTrue(data.get(0).endsWith(",dio,xino=/c/xino"));
        List<String> branches = new ArrayList<>();
        for (String d : data) {
            assertTrue(d.length() < 4096, "bytes: " + d.length());
            for (String part : d.split("[:,]")) {
                if (part.startsWith("/")) {
                    branches.add(part);
                }
            }
        }
        for (String d : data.subList(1, data.size())) {
            assertTrue(d.startsWith("append:/layers/"), d);
            assertEquals(d.split(",").length, d.split("append:").length - 1, "each branch has its word");
        }
        assertEquals(
                spec(127).options().stream()
                        .filter(o -> o.key().equals("br"))
                        .map(Option::value)
                        .toList(),
                branches,
                "all branches, in their order");
    }

    @Test
    void aBranchLongerThanAPageIsRefused() {
        var long1 = new Option("br", "/" + "x".repeat(5000) + "=rw");
        EngineException e = assertThrows(
                EngineException.class,
                () -> AufsMount.data(new MountSpec("aufs", "none", List.of(long1), false), 4096));
        assertEquals(EngineException.Kind.UNSUPPORTED, e.kind());
    }
}

package dev.felucca.core.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerViews.ProcessTable;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopTest {
    @Test
    void onlyItsProcessesWithTheirWholeCommands() {
        String output =
                "UID   PID  PPID CMD\nroot    1     0 /sbin/init\nroot   12     1 sh -c  'a b'\nroot   13    12 b\n";
        assertEquals(
                new ProcessTable(
                        List.of("UID", "PID", "PPID", "CMD"),
                        List.of(List.of("root", "12", "1", "sh -c  'a b'"), List.of("root", "13", "12", "b"))),
                Top.parse(output, Set.of(12, 13)));
    }

    @Test
    void threadsGoWithTheirProcess() {
        String output = "PID LWP CMD\n1 - init\n- 1 -\n12 - java\n- 12 -\n- 13 -\n20 - x\n- 20 -\n";
        assertEquals(3, Top.parse(output, Set.of(12)).processes().size());
    }

    @Test
    void aColumnOfPidsIsNeeded() {
        EngineException e = assertThrows(EngineException.class, () -> Top.parse("CMD\nx\n", Set.of(1)));
        assertEquals("Couldn't find PID field in ps output", e.message());
        for (String renamed : List.of("pid=X", "-opid=X,comm")) {
            assertThrows(EngineException.class, () -> Top.of(List.of(1), List.of(renamed)));
        }
    }
}

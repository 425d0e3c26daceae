package dev.felucca.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import dev.felucca.api.container.ContainerStatus;
import dev.felucca.api.container.ExecConfig;
import java.util.List;
import org.junit.Test;
import org.junit.runners.Parameterized.Parameters;

/** The essence of a container's life, with all combinations of drivers that this host can have. */
public class CombinationsIT extends MatrixBase {
    public CombinationsIT(Combo combo) {
        super(combo);
    }

    @Parameters
    public static List<Object[]> combinations() {
        return Combo.here().stream().map(c -> new Object[] {c}).toList();
    }

    @Test
    public void aWholeLife() throws Exception {
        String id = felucca.create(sh("echo out; echo err >&2; trap 'exit 7' TERM; while :; do sleep 0.05; done")
                .memory(64 << 20)
                .pids(100));
        Output output = new Output();
        try (var a = felucca.attach(id, false, output)) {
            felucca.start(id);
            output.await(o -> o.equals("out\n"));
            assertEquals(combo, Combo.of(felucca.info(id)));
            String exec = execs.create(
                            id,
                            new ExecConfig(
                                    List.of("sh", "-c", "exit 5"), List.of(), null, null, false, false, false, null))
                    .id();
            Felucca.get(execs.start(exec, null));
            assertEquals(5, Felucca.get(execs.wait(exec)).code());
            felucca.pause(id);
            assertEquals(ContainerStatus.PAUSED, felucca.info(id).state().status());
            felucca.unpause(id);
            felucca.stop(id, 60);
        }
        assertEquals(7, felucca.info(id).state().exitCode());
        assertEquals("err\n", output.text(dev.felucca.api.exec.StreamKind.STDERR));
        assertEquals(2, felucca.logs(id, -1).size());
        felucca.start(id);
        assertTrue(felucca.info(id).state().isRunning());
        felucca.kill(id, 9);
        assertEquals(137, felucca.waitFor(id));
        felucca.remove(id, false);
        felucca.assertNothingLeft(id);
    }
}

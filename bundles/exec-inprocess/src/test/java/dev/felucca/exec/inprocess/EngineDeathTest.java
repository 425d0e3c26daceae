package dev.felucca.exec.inprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.exec.ExecutionBackend;
import dev.felucca.contracts.exec.BackendSuite;
import dev.felucca.door.Fd;
import dev.felucca.door.Processes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The engine is killed: its containers, those that are half born and the spare inits go with it. */
class EngineDeathTest extends BackendSuite {
    @Override
    protected ExecutionBackend backend() {
        return TestBackend.create();
    }

    @Override
    protected void awaitSpares() {
        TestBackend.awaitSpares();
    }

    @Test
    void aRunningContainerEndsWithTheEngineAndHadTheLaunchersLimits() throws Exception {
        Process engine = engine("start");
        try (BufferedReader out = engine.inputReader()) {
            int pid = born(out);
            assertEquals("limit 777", out.readLine());
            killAndAwait(engine, pid);
        }
    }

    @Test
    void aHalfBornContainerEndsWithTheEngine() throws Exception {
        Process engine = engine("wait");
        try (BufferedReader out = engine.inputReader()) {
            killAndAwait(engine, born(out));
        }
    }

    private Process engine(String mode) throws IOException {
        ProcessBuilder engine = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                EngineMain.class.getName(),
                root.toString(),
                mode);
        engine.environment().put("FELUCCA_NOFILE_SOFT", "777");
        return engine.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static int born(BufferedReader out) throws IOException {
        String line = out.readLine();
        assertTrue(line != null && line.startsWith("born "), "the engine says " + line);
        return Integer.parseInt(line.substring(5));
    }

    private static void killAndAwait(Process engine, int init) throws Exception {
        List<Fd> children = new ArrayList<>();
        try {
            children.add(Processes.pidfdOpen(init));
            engine.children().forEach(c -> children.add(Processes.pidfdOpen((int) c.pid())));
            assertTrue(children.size() >= 3, "init, and spares");
            engine.destroyForcibly().waitFor();
            for (Fd child : children) {
                assertTrue(Processes.awaitEnd(child, Duration.ofSeconds(20)), child + " goes on");
            }
        } finally {
            children.forEach(Fd::close);
            engine.getErrorStream().close();
            engine.getOutputStream().close();
        }
    }
}

package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A person at a terminal, which script(1) of Debian's essential bsdutils makes: types when the screen shows what was waited for.
 * What is shown is compared without the sequences that move the cursor. For one thread.
 */
final class Screen implements AutoCloseable {
    /** Seconds after which a screen that does not end is taken for one that hangs. */
    private static final int LIMIT = 60;

    private final Process process;
    private final InputStream output;
    private final OutputStream keys;
    private final CompletableFuture<Process> limit;
    private final StringBuilder all = new StringBuilder();
    private int seen;

    Screen(ProcessBuilder script) throws IOException {
        process = script.redirectErrorStream(true).start();
        output = process.getInputStream();
        keys = process.getOutputStream();
        // its end ends the reads
        limit = process.onExit()
                .orTimeout(LIMIT, TimeUnit.SECONDS)
                .whenComplete((ended, late) -> process.destroyForcibly());
    }

    /** Waits until this is shown, after what was waited for before. */
    Screen shows(String wanted) throws IOException {
        while (!next().contains(wanted)) {
            int b = output.read();
            if (b < 0) throw new AssertionError("\"" + wanted + "\" was not shown, but: " + all);
            all.append((char) b);
        }
        seen = all.length();
        return this;
    }

    private String next() {
        return all.substring(seen).replaceAll("\033\\[[0-9;?]*[@-~]|\033[=>]|\r", "");
    }

    Screen type(String text) throws IOException {
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
        return this;
    }

    /** Changes the size of the window, as a terminal emulator does. */
    Screen resize(int columns, int rows) throws IOException, InterruptedException {
        ProcessHandle program = process.children().findFirst().orElseThrow();
        Path terminal = Files.readSymbolicLink(Path.of("/proc", Long.toString(program.pid()), "fd/0"));
        Process stty = new ProcessBuilder("stty", "-F", terminal.toString(), "cols", "" + columns, "rows", "" + rows)
                .inheritIO()
                .start();
        assertEquals(0, stty.waitFor());
        return this;
    }

    /** All that was shown, as it came. */
    String raw() {
        return all.toString();
    }

    /** The exit status of the program, which must end by itself. */
    int end() throws IOException, InterruptedException {
        for (int b = output.read(); b >= 0; b = output.read()) all.append((char) b);
        assertTrue(process.waitFor(LIMIT, TimeUnit.SECONDS));
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        limit.cancel(false);
        process.destroyForcibly();
        keys.close();
        output.close();
    }
}

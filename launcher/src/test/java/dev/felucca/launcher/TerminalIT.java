package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a person at a terminal has: a line that can be edited, and bars for what takes long. */
class TerminalIT {
    private static final String PROMPT = "felucca> ";
    private static final String UP = "\033[A";
    private static final String UP_OF_THE_KEYPAD = "\033OA";
    private static final String INTERRUPT = "\003";
    private static final String END = "\004";
    private static final String KILL_LINE = "\025";
    private static final String BACKSPACE = "\177";

    // set by the one method that runs before all tests
    @SuppressWarnings("NullAway.Init")
    private static TestEngine engine;

    @BeforeAll
    static void start() throws Exception {
        engine = new TestEngine();
        engine.felucca("create", "--name", "completed", "--network", "none", "busybox")
                .ok();
    }

    @AfterAll
    static void stop() throws Exception {
        engine.close();
    }

    private static Screen shell(String type) throws Exception {
        return screen("TERM=" + type + " exec felucca");
    }

    /** @param command in which the word {@code felucca} stands for the client */
    private static Screen screen(String command) throws Exception {
        return screen(command, "");
    }

    private static Screen screen(String command, String home) throws Exception {
        ProcessBuilder b = engine.command();
        String client = b.command().get(0);
        b.command("script", "-qec", "stty cols 80 rows 24; " + command.replaceFirst("felucca", client), "/dev/null");
        b.environment().put("SHELL", "/bin/sh");
        b.environment().put("HOME", home);
        return new Screen(b);
    }

    @Test
    void namesAndOptionsAreCompleted() throws Exception {
        try (Screen s = shell("xterm")) {
            s.shows(PROMPT).type("insp\t").shows("inspect ");
            s.type("--form\t").shows("--format ");
            s.type("'{{.Name}}' compl\t").shows("completed ");
            s.type("\r").shows("\n/completed\n").shows(PROMPT);
            s.type("images busy\t").shows("busybox:latest ");
            s.type("\r").shows("\nbusybox").shows(PROMPT);
            // what may follow is listed
            s.type("drivers; im\t").shows("import");
            s.type(INTERRUPT).shows(PROMPT).type(END);
            assertEquals(0, s.end());
        }
    }

    @Test
    void linesAreRecalledInTheNextShell() throws Exception {
        Path home = Files.createDirectory(engine.roots.resolve("home"));
        String shell = "TERM=xterm exec felucca";
        try (Screen s = screen(shell, home.toString())) {
            s.shows(PROMPT).type("inspect --format '<{{.Name}}>' completed\r").shows("\n</completed>\n");
            s.shows(PROMPT).type(END);
            assertEquals(0, s.end());
        }
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(".felucca_history"))));
        try (Screen s = screen(shell, home.toString())) {
            s.shows(PROMPT).type(UP).shows("inspect --format '<{{.Name}}>' completed");
            s.type(INTERRUPT).shows(PROMPT).type(END);
            assertEquals(0, s.end());
        }
    }

    @Test
    void linesAreRecalledAndChanged() throws Exception {
        try (Screen s = shell("xterm")) {
            s.shows(PROMPT).type("inspect --format '{{.Name}}' completed\r").shows("\n/completed\n");
            s.shows(PROMPT).type("nosuch first\r").shows("Command not found: nosuch\n");
            s.shows(PROMPT).type(UP).shows("nosuch first");
            s.type(UP_OF_THE_KEYPAD + "\r").shows("\n/completed\n");
            s.shows(PROMPT)
                    .type("not wanted" + KILL_LINE + "inspecr" + BACKSPACE + "t --format '<{{.Name}}>' completed\r");
            s.shows("\n</completed>\n").shows(PROMPT).type("half a line").shows("half a line");
            s.type(INTERRUPT).shows(PROMPT);
            s.type("exit\r");
            assertEquals(0, s.end());
        }
    }

    @Test
    void whatIsTypedAheadBelongsToTheProgram() throws Exception {
        try (Screen s = shell("xterm")) {
            s.shows(PROMPT).type("run --rm -it --network none busybox sh\rstty size; exit 3\r");
            s.shows("24 80").shows(PROMPT).type("exit\r");
            assertEquals(3, s.end());
        }
    }

    @Test
    void anInterruptEndsTheLineAndNotTheShell() throws Exception {
        try (Screen s = shell("xterm")) {
            // a program takes the signal, a command that waits finds its caller gone
            s.shows(PROMPT)
                    .type(
                            "run --rm --network none busybox sh -c 'trap \"exit 4\" INT; echo ready; sleep 1000 & wait'\r");
            s.shows("\nready\n").type(INTERRUPT).shows(PROMPT);
            s.type("start completed; events\r").shows("\ncompleted\n").type(INTERRUPT);
            s.shows(PROMPT).type("nosuch\r").shows("Command not found: nosuch\n");
            s.shows(PROMPT).type(END);
            assertEquals(1, s.end());
        }
    }

    @Test
    void aLineIsDrawnAnewWhenTheWindowChanges() throws Exception {
        try (Screen s = shell("xterm")) {
            String line = "inspect --format '" + "x".repeat(50) + "{{.Name}}' completed";
            s.shows(PROMPT).type(line).shows("completed");
            s.resize(40, 24).shows("completed"); // wrapped at another place
            s.type("\r").shows("\n" + "x".repeat(50) + "/completed\n");
            s.shows(PROMPT).type(END);
            assertEquals(0, s.end());
        }
    }

    @Test
    void whatTakesLongShowsHowFarItIs() throws Exception {
        Path noise = engine.roots.resolve("noise");
        byte[] bytes = new byte[8 << 20];
        new Random(1).nextBytes(bytes);
        Files.write(noise, bytes);
        String tar = engine.roots.resolve("noise.tar").toString();
        String saved = engine.roots.resolve("saved.tar").toString();
        Process p = new ProcessBuilder("tar", "-C", engine.roots.toString(), "-cf", tar, "noise").start();
        assertEquals(0, p.waitFor());
        try (Screen s = screen("felucca import -c 'CMD [\"x\"]' " + tar + " noise")) {
            s.shows("8.4MB").shows("\nsha256:");
            assertEquals(0, s.end());
        }
        try (Screen s = screen("felucca save -o " + saved + " noise")) {
            s.shows("saved.tar: Saving 8.4MB\n");
            assertEquals(0, s.end());
        }
        engine.felucca("rmi", "noise").ok();
        try (Screen s = screen("felucca load -i " + saved)) {
            s.shows("[=").shows("Loaded image: noise:latest");
            assertEquals(0, s.end());
        }
        try (Screen s = screen("felucca create --name noisy noise")) {
            s.shows(": Extracting 4.19MB").shows("\n");
            assertEquals(0, s.end());
        }
        engine.felucca("rm", "noisy").ok();
        engine.felucca("rmi", "noise").ok();
        try (Screen s = screen("felucca load -q -i " + saved + " 2>&1 | cat")) {
            s.shows("Loaded image: noise:latest");
            assertEquals(0, s.end());
            assertFalse(s.raw().contains("["), s.raw());
        }
        engine.felucca("rmi", "noise").ok();
    }

    @Test
    void aTerminalWithoutACursorGetsPlainLines() throws Exception {
        try (Screen s = shell("dumb")) {
            s.shows(PROMPT).type("inspect --format '{{.Name}}' completed\r").shows("\n/completed\n");
            s.shows(PROMPT).type("exit\r");
            assertEquals(0, s.end());
            assertFalse(s.raw().contains("\033"), s.raw());
        }
    }
}

package dev.felucca.contracts.exec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.exec.Birth;
import dev.felucca.api.exec.ExecFailedException;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.spec.Box;
import dev.felucca.api.spec.Mount;
import dev.felucca.api.spec.Spec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Life of a container: create, start, streams, signals, exit, failures. */
public abstract class ExecutionBackendContract extends BackendSuite {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutionBackendContract.class);

    private static final int FLOOD = 64 << 20;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 77, 255})
    void theExitCodeIsTheProgramsOwn(int code) {
        Container c = run(Specs.shell("exit " + code));
        assertEquals(code, c.code());
        assertEquals(0, status(c.exit).signal());
    }

    @Test
    void aSignalEndsItWith128AndItsNumber() {
        Container c = run(Specs.spec("sleep", "1000"));
        backend().signal(c.id, 9);
        assertEquals(137, c.code());
        assertEquals(9, status(c.exit).signal());
    }

    @Test
    void aHandlerHearsItsSignal() {
        Container c = run(Specs.shell("trap 'echo heard; exit 3' TERM; echo ready; while :; do sleep 0.05; done"));
        c.capture.await("ready");
        backend().signal(c.id, 15);
        assertEquals(3, c.code());
        assertTrue(c.out().contains("heard"));
    }

    @Test
    void aSignalToWhatIsGoneIsNotFound() {
        Container c = run(Specs.spec("true"));
        c.code();
        assertKind(EngineException.Kind.NOT_FOUND, () -> backend().signal(c.id, 15));
        assertKind(EngineException.Kind.NOT_FOUND, () -> backend().signal("nothing", 15));
    }

    @Test
    void outputAndErrorsComeApartAndInOrder() {
        Container c = run(Specs.shell("for i in 1 2 3; do echo o$i; echo e$i >&2; done"));
        assertEquals("o1\no2\no3\n", c.out());
        assertEquals("e1\ne2\ne3\n", c.capture.err());
    }

    @Test
    void inputGoesInToItsEnd() {
        Container c = new Container(Specs.shell("cat; echo over"), new UserRequest("", List.of()), true);
        c.start();
        AtomicLong taken = new AtomicLong();
        byte[] text = "hello\nworld\n".getBytes(StandardCharsets.UTF_8);
        c.process.io().stdin(ByteBuffer.wrap(text), taken::addAndGet);
        c.process.io().closeStdin();
        assertEquals("hello\nworld\nover\n", c.out());
        assertEquals(text.length, taken.get());
    }

    @Test
    void withoutInputItIsAtItsEnd() {
        assertEquals("end\n", output("cat; echo end"));
    }

    @Test
    void aLargeInputComesBackWhole() {
        Container c = new Container(Specs.spec("md5sum"), new UserRequest("", List.of()), true);
        c.start();
        byte[] zeros = new byte[1 << 20];
        for (int i = 0; i < 8; i++) {
            c.process.io().stdin(ByteBuffer.wrap(zeros), n -> {});
        }
        c.process.io().closeStdin();
        assertEquals("96995b58d4cbf6aaa9041b4f00c7f6ae  -\n", c.out());
    }

    @Test
    void aFloodIsTakenWholeAndWaitsWhenPaused() throws Exception {
        CountDownLatch paused = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(2);
        AtomicLong bytes = new AtomicLong();
        CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
        String id = "flood" + System.nanoTime();
        var process = backend()
                .create(request(
                        id,
                        Specs.spec("dd", "if=/dev/zero", "bs=1048576", "count=64"),
                        new UserRequest("", List.of()),
                        false,
                        BIRTH,
                        exit::complete));
        process.io().begin(new OutputSink() {
            @Override
            public boolean output(StreamKind stream, ByteBuffer data) {
                if (stream == StreamKind.STDOUT) {
                    bytes.addAndGet(data.remaining());
                }
                boolean stop = paused.getCount() > 0 && stream == StreamKind.STDOUT;
                paused.countDown();
                return !stop;
            }

            @Override
            public void end(StreamKind stream) {
                ended.countDown();
            }
        });
        backend().start(id);
        paused.await();
        long at = bytes.get();
        assertTrue(at < FLOOD, "it waits");
        assertFalse(exit.isDone());
        process.io().resume(StreamKind.STDOUT);
        ended.await();
        assertEquals(FLOOD, bytes.get());
        assertEquals(0, status(exit).code());
        backend().delete(id);
    }

    @Test
    void aTerminal() {
        Spec spec = Specs.spec(
                Specs.process("/bin/sh", "-c", "stty size; tty; ls -l /dev/console; echo x >&2; read l; stty size")
                        .terminal(true)
                        .consoleSize(new Box(33, 101))
                        .build());
        Container c = new Container(spec, new UserRequest("", List.of()), true);
        c.start();
        c.capture.await("x\r\n");
        c.process.io().resize(44, 122);
        c.process.io().stdin(ByteBuffer.wrap("\n".getBytes(StandardCharsets.UTF_8)), n -> {});
        assertEquals(0, c.code());
        String out = c.capture.out();
        assertTrue(out.startsWith("33 101\r\n/dev/pts/0\r\n"), out);
        assertTrue(out.contains("/dev/console"), out);
        assertTrue(out.endsWith("44 122\r\n"), out);
        assertArrayEquals(new byte[0], c.capture.bytes(StreamKind.STDERR));
    }

    @Test
    void resizeNeedsATerminal() {
        Container c = create(Specs.spec("true"));
        assertKind(EngineException.Kind.INVALID, () -> c.process.io().resize(1, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nosuch|127|exec: \"nosuch\": executable file not found in $PATH",
                "/bin/nosuch|127|exec: \"/bin/nosuch\": stat /bin/nosuch: no such file or directory",
                "/etc/passwd|126|exec: \"/etc/passwd\": permission denied",
                "/etc|126|exec: \"/etc\": is a directory",
            })
    void whatCannotBeExecuted(String program, int code, String message) {
        // some runtimes look for the program before they have an init, others when it becomes the program
        List<Container> born = new ArrayList<>();
        ExecFailedException e = assertThrows(ExecFailedException.class, () -> {
            born.add(create(Specs.spec(program)));
            backend().start(born.get(0).id);
        });
        assertEquals(code, e.exitCode());
        assertToldWhy(message, e.message());
        born.forEach(c -> assertEquals(code, c.code()));
    }

    /** Compares what is told of a program that cannot be executed with docker's words. */
    protected void assertToldWhy(String words, String message) {
        assertTrue(message.contains(words), message);
    }

    @Test
    void aContainerThatIsNotStartedIsDeleted() {
        Container c = create(Specs.spec("true"));
        int pid = c.process.pid();
        assertTrue(Files.exists(Path.of("/proc/" + pid)));
        backend().delete(c.id);
        assertFalse(Files.exists(Path.of("/proc/" + pid)));
        backend().delete(c.id);
    }

    @Test
    void deleteKillsWhatRuns() {
        Container c = run(Specs.shell("sleep 1000 & sleep 1000"));
        backend().delete(c.id);
        assertEquals(137, status(c.exit).code());
    }

    @Test
    void anExceptionAroundTheBirthLeavesNothing() throws IOException {
        boolean places = !backend().ownsCgroup(runtime());
        for (boolean atPlace : places ? new boolean[] {true, false} : new boolean[] {false}) {
            Held before = held();
            Birth failing = new Birth() {
                @Override
                public void place(int pid) {
                    if (atPlace) {
                        throw EngineException.conflict("as tested");
                    }
                }

                @Override
                public void placed(int pid) {
                    throw EngineException.conflict("as tested");
                }
            };
            EngineException e = assertThrows(EngineException.class, () -> backend()
                    .create(request(
                            "failing", Specs.spec("true"), new UserRequest("", List.of()), true, failing, s -> {})));
            assertEquals("as tested", e.message());
            assertHeld(before);
        }
    }

    @Test
    void aBadMountIsNamedAndLeavesNothing() throws IOException {
        Held before = held();
        Spec spec = Specs.plus(Specs.spec("true"), Mount.of("/x", "nosuchfs", "none"));
        EngineException e = assertThrows(EngineException.class, () -> create(spec));
        assertTrue(e.message().matches(".*([/`]x|nosuchfs).*"), e.message());
        assertHeld(before);
    }

    @Test
    void aMissingBindSourceIsRefusedInDockersWords() throws IOException {
        Held before = held();
        Spec spec = Specs.plus(Specs.spec("true"), Mount.bind("/x", "/no/such/source", List.of("rbind")));
        EngineException e = assertThrows(EngineException.class, () -> create(spec));
        assertEquals(EngineException.Kind.INVALID, e.kind());
        assertTrue(e.message().contains("bind source path does not exist: /no/such/source"), e.message());
        assertHeld(before);
    }

    @Test
    void anUnknownUserLeavesNothing() throws IOException {
        Held before = held();
        EngineException e = assertThrows(
                EngineException.class,
                () -> new Container(Specs.spec("true"), new UserRequest("bob", List.of()), false));
        assertEquals("unable to find user bob: no matching entries in passwd file", e.message());
        assertHeld(before);
    }

    @Test
    void explainSaysWhatWillBeDone() {
        List<String> words = backend().explain(runtime(), Specs.spec("true"), new UserRequest("bob", List.of("77")));
        assertTrue(words.stream().anyMatch(w -> w.contains("pivot") || w.contains("create --bundle")), words + "");
        assertTrue(words.stream().anyMatch(w -> w.contains("felucca-test")), words.toString());
        assertTrue(words.stream().anyMatch(w -> w.contains(" user bob")), words.toString());
        assertTrue(words.stream().anyMatch(w -> w.endsWith("/etc/group, and 77")), words.toString());
    }

    /** Prints the cost of a warm run; asserts only that each step comes. */
    @Test
    void costOfARun() {
        int runs = backend().ownsCgroup(runtime()) ? 10 : 200;
        Map<String, long[]> steps = new TreeMap<>();
        for (int i = 0; i < runs; i++) {
            String id = "cost" + System.nanoTime();
            CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
            long[] t = new long[5];
            t[0] = System.nanoTime();
            var process = backend()
                    .create(request(
                            id, Specs.spec("true"), new UserRequest("", List.of()), false, BIRTH, exit::complete));
            t[1] = System.nanoTime();
            backend().start(id);
            t[2] = System.nanoTime();
            assertEquals(0, status(exit).code());
            t[3] = System.nanoTime();
            backend().delete(id);
            process.io().close();
            t[4] = System.nanoTime();
            String[] names = {"1 create", "2 start", "3 exit", "4 delete"};
            for (int s = 0; s < 4; s++) {
                steps.computeIfAbsent(names[s], n -> new long[runs])[i] = t[s + 1] - t[s];
            }
            steps.computeIfAbsent("5 all", n -> new long[runs])[i] = t[4] - t[0];
        }
        steps.forEach((name, nanos) -> {
            Arrays.sort(nanos);
            LOG.info("{}: {} us", name, nanos[runs / 2] / 1000);
        });
    }

    private static void assertKind(EngineException.Kind kind, org.junit.jupiter.api.function.Executable call) {
        assertEquals(kind, assertThrows(EngineException.class, call).kind());
    }
}

package dev.felucca.initplan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Java encodes is what felucca-init reads: {@code felucca-init --check} on whole plans. */
class PlanCheckTest {
    @TempDir
    Path dir;

    @Test
    void initReadsEveryOperationAsItWasMeant() throws Exception {
        Plan plan = SamplePlan.everything();
        Checked checked = check(plan.encode());
        assertEquals("", checked.error);
        assertEquals(
                plan.ops().stream()
                        .map(op -> op.code().name() + " " + op.flags() + " " + payload(op))
                        .collect(Collectors.toList()),
                checked.lines);
        assertEquals(0, checked.status);
    }

    @Test
    void whatIsOutOfPlaceIsRefusedWithItsPlace() throws Exception {
        Plan plan = new Plan(List.of(new ProcessOp.NewSession(), new MountOp.Pivot()));
        Checked checked = check(plan.encode());
        assertEquals("felucca-init: operation 1 (PIVOT) is malformed or out of place\n", checked.error);
        assertEquals(List.of(), checked.lines);
        assertEquals(122, checked.status);
    }

    @Test
    void aPlanThatIsCutOffIsRefused() throws Exception {
        byte[] bytes = SamplePlan.everything().encode();
        assertEquals(122, check(Arrays.copyOf(bytes, bytes.length - 4)).status);
        assertEquals(122, check(new byte[0]).status);
    }

    @Test
    void theLargestPlanThatJavaWritesIsRead() throws Exception {
        String text = "x".repeat(Plan.MAX_BYTES / 4 - 64);
        Op exec = new ProgramOp.Exec(List.of(text, text), List.of(text, text), List.of("/bin/sh"));
        byte[] bytes = new Plan(List.of(exec)).encode();
        assertTrue(bytes.length > Plan.MAX_BYTES - 1024);
        assertEquals(List.of("EXEC 0 " + payload(exec)), check(bytes).lines);
    }

    private static int payload(Op op) {
        PlanWriter out = new PlanWriter();
        op.encode(out);
        return out.position();
    }

    private record Checked(List<String> lines, String error, int status) {}

    private Checked check(byte[] plan) throws IOException, InterruptedException {
        // A JVM's child cannot see its parent's descriptors, so the program is a file here.
        Path binary = dir.resolve("felucca-init");
        if (!Files.exists(binary)) {
            Files.copy(Path.of(InitBinary.path()), binary);
            assertTrue(binary.toFile().setExecutable(true));
        }
        Path output = dir.resolve("output");
        Path error = dir.resolve("error");
        Process process = new ProcessBuilder(binary.toString(), "--check")
                .redirectOutput(output.toFile())
                .redirectError(error.toFile())
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(plan);
        }
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "felucca-init --check does not end");
        return new Checked(
                Files.readAllLines(output), Files.readString(error, StandardCharsets.UTF_8), process.exitValue());
    }
}

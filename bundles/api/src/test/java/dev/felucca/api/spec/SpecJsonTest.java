package dev.felucca.api.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.felucca.api.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SpecJsonTest {
    private static final String MINIMAL =
            "{\"ociVersion\":\"1.2.0\",\"process\":{\"cwd\":\"/\"},\"root\":{\"path\":\"r\"}%s}";
    private final ObjectMapper plain = new ObjectMapper();

    @Test
    void everyFieldSurvivesARoundTrip() throws IOException {
        byte[] json = resource("config.json");
        Spec spec = SpecJson.read(json);
        assertEquals(plain.readTree(json), plain.readTree(SpecJson.write(spec)));
        assertEquals(spec, SpecJson.read(SpecJson.write(spec)));
        assertEquals(PosixRlimit.INFINITY, spec.process().rlimits().get(0).hard());
        assertEquals(4294967294L, spec.process().user().gid());
        assertEquals(
                -1L,
                Objects.requireNonNull(spec.linux().seccomp())
                        .syscalls()
                        .get(1)
                        .args()
                        .get(1)
                        .value());
    }

    @Test
    void whatIsNotSaidIsEmptyAndIsNotWritten() throws IOException {
        Spec spec = read("");
        assertEquals(List.of(), spec.mounts());
        assertEquals(Linux.EMPTY, spec.linux());
        assertNull(spec.linux().resources().memory().limit());
        assertEquals(LinuxCapabilities.NONE, spec.process().capabilities());
        assertEquals(
                plain.readTree(
                        "{\"ociVersion\":\"1.2.0\",\"process\":{\"terminal\":false,\"user\":{\"uid\":0,\"gid\":0},"
                                + "\"cwd\":\"/\",\"capabilities\":{},\"noNewPrivileges\":false},"
                                + "\"root\":{\"path\":\"r\",\"readonly\":false}}"),
                plain.readTree(SpecJson.write(spec)));
    }

    @Test
    void unknownFieldsAreIgnored() {
        assertEquals(read(""), read(",\"vm\":{\"kernel\":{\"path\":\"k\"}},\"linux\":{\"future\":[1]}"));
    }

    @Test
    void anUnsignedNumberThatIsNotThereIsZero() {
        String arg = "{\"index\":1,\"value\":7,\"op\":\"SCMP_CMP_EQ\"}";
        assertEquals(
                new LinuxSeccompArg(1, 7, 0, SeccompOperator.EQ),
                SpecJson.read(arg.getBytes(StandardCharsets.UTF_8), LinuxSeccompArg.class));
    }

    @Test
    void explicitFalseAndZeroAreKept() {
        LinuxMemory memory = LinuxMemory.EMPTY.withSwappiness(0L).withDisableOomKiller(false);
        String json = text(SpecJson.write(LinuxResources.EMPTY.withMemory(memory)));
        assertTrue(json.contains("\"swappiness\" : 0") && json.contains("\"disableOOMKiller\" : false"), json);
    }

    @Test
    void refusalsNameTheField() {
        assertRefused(
                ",\"linux\":{\"namespaces\":[{\"type\":\"moon\"}]}",
                "unknown namespace type \"moon\"",
                "linux.namespaces[0]");
        assertRefused(",\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_X\"}}", "SCMP_ACT_X", "linux.seccomp");
        assertRefused(",\"mounts\":[{\"type\":\"proc\"}]", "mounts[].destination is missing", "mounts[0]");
        assertRefused(",\"hostname\":[]", "String", "hostname");
        assertRefused(
                ",\"linux\":{\"resources\":{\"pids\":{\"limit\":1.5}}}", "Floating", "linux.resources.pids.limit");
        assertRefused(
                ",\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_LOG\",\"syscalls\":[{\"names\":[\"a\"],"
                        + "\"action\":\"SCMP_ACT_LOG\",\"args\":[{\"index\":0,\"op\":\"SCMP_CMP_EQ\",\"value\":-1}]}]}}",
                "unsigned",
                "linux.seccomp.syscalls[0].args[0].value");
        assertRefused("", "process.cwd is missing", "process", "{\"ociVersion\":\"1\",\"process\":{}}");
        assertRefused("", "not JSON", "line 1", "{");
        assertRefused("", "root is missing", "", "{\"ociVersion\":\"1.2.0\",\"process\":{\"cwd\":\"/\"}}");
    }

    private static void assertRefused(String more, String what, String where) {
        assertRefused(more, what, where, String.format(MINIMAL, more));
    }

    private static void assertRefused(String more, String what, String where, String json) {
        EngineException e = assertThrows(
                EngineException.class, () -> SpecJson.read(json.getBytes(StandardCharsets.UTF_8)), () -> json + more);
        assertEquals(EngineException.Kind.INVALID, e.kind());
        assertTrue(e.message().contains(what), e.message());
        assertTrue(e.message().contains(where), e.message());
    }

    private static Spec read(String more) {
        return SpecJson.read(String.format(MINIMAL, more).getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = SpecJsonTest.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }
}

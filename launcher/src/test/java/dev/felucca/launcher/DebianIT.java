package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.launcher.TestEngine.Result;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real programs in Debian 12, under each storage driver and namespace strategy. */
class DebianIT {
    private static final String IMAGE = "debian:12";
    private static @Nullable TestEngine started;

    @BeforeAll
    static void image() throws Exception {
        Path archive = DebianRoot.archive();
        TestEngine engine = new TestEngine();
        started = engine;
        engine.felucca("import", "-q", archive.toString(), IMAGE).ok();
        Path classes = Files.createDirectory(engine.roots.resolve("classes"), attributes("rwxr-xr-x"));
        Path source = classes.resolve("Limits.java");
        Files.writeString(
                source,
                """
                class Limits {
                    public static void main(String[] a) {
                        Runtime r = Runtime.getRuntime();
                        System.out.println("java " + r.availableProcessors() + " " + r.maxMemory());
                    }
                }
                """);
        assertEquals(
                0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "--release", "17", source.toString()));
    }

    private static FileAttribute<?> attributes(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    @AfterAll
    static void stop() throws Exception {
        if (started != null) started.close();
    }

    private static TestEngine engine() {
        return Objects.requireNonNull(started);
    }

    private static Result run(String storage, String namespace, List<String> arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(
                "run", "--annotation", "felucca.storage=" + storage, "--annotation", "felucca.namespace=" + namespace));
        all.addAll(arguments);
        return engine().felucca(all.toArray(String[]::new));
    }

    private static String script(String... lines) {
        return String.join("\n", lines);
    }

    private static Matcher found(String pattern, String output) {
        Matcher m = Pattern.compile(pattern, Pattern.MULTILINE).matcher(output);
        assertTrue(m.find(), () -> "no " + pattern + " in:\n" + output);
        return m;
    }

    @ParameterizedTest
    @CsvSource({"overlay,clone", "overlay,setns", "vfs,clone", "vfs,setns"})
    void programsSeeTheirSystemAndTheirLimits(String storage, String namespace) throws Exception {
        String script = script(
                "dpkg -l >/tmp/list; echo \"dpkg $? $(grep -c ^ii /tmp/list)\"",
                "echo \"status $(grep -c '^Status: install ok installed' /var/lib/dpkg/status)\"",
                "java -cp /classes Limits; echo \"exit $?\"",
                "su -s /bin/sh nobody -c 'echo \"nobody $(id -u) $(grep CapEff /proc/self/status)\"'",
                // only root can read what passwd -S tells a user about himself: the set-user-id bit works
                "su -s /bin/sh nobody -c 'passwd -S'; echo \"setuid $?\"",
                "getcap /usr/bin/ping",
                "su -s /bin/sh nobody -c 'ping -c 1 -W 2 127.0.0.1 >/dev/null'; echo \"ping $?\"");
        String out = run(
                        storage,
                        namespace,
                        List.of(
                                "--rm",
                                "--network",
                                "none",
                                "--cpus",
                                "1",
                                "--memory",
                                "256m",
                                "-v",
                                engine().roots.resolve("classes") + ":/classes:ro",
                                IMAGE,
                                "sh",
                                "-c",
                                script))
                .ok();
        Matcher list = found("^dpkg 0 (\\d+)$", out);
        assertEquals(found("^status (\\d+)$", out).group(1), list.group(1));
        assertTrue(Integer.parseInt(list.group(1)) > 100, out);
        Matcher java = found("^java (\\d+) (\\d+)$", out);
        assertEquals("1", java.group(1));
        // a quarter of its memory is a JVM's heap (-XX:MaxRAMPercentage)
        long heap = Long.parseLong(java.group(2));
        assertTrue(heap >= 32L << 20 && heap <= 128L << 20, out);
        found("^exit 0$", out);
        found("^nobody 65534 CapEff:\\s+0+$", out);
        found("^nobody L [0-9/-]+ ", out);
        found("^setuid 0$", out);
        found("^/usr/bin/ping cap_net_raw=ep$", out);
        found("^ping 0$", out);
    }

    @ParameterizedTest
    @CsvSource({"overlay,clone", "overlay,setns", "vfs,clone", "vfs,setns"})
    void packagesAreInstalledAndNginxServes(String storage, String namespace) throws Exception {
        Path apt = engine().roots.resolve("apt");
        Files.createDirectories(apt, attributes("rwxr-xr-x"));
        Files.writeString(apt.resolve("sources.list"), DebianRoot.sources());
        Files.writeString(apt.resolve("proxies"), DebianRoot.proxies());
        int port = freePort();
        Files.writeString(
                apt.resolve("nginx.conf"),
                """
                daemon off;
                error_log /dev/stderr notice;
                events {}
                http {
                    access_log /dev/stdout;
                    server { listen 127.0.0.1:%d; location / { return 200 "felucca $pid\\n"; } }
                }
                """
                        .formatted(port));
        String name = "web-" + storage + "-" + namespace;
        String script = script(
                "set -e",
                "export DEBIAN_FRONTEND=noninteractive",
                "apt-get -q update",
                "apt-get -q install -y --no-install-recommends hello",
                "hello",
                "exec nginx -c /apt/nginx.conf");
        run(
                        storage,
                        namespace,
                        List.of(
                                "-d",
                                "--name",
                                name,
                                "--network",
                                "host",
                                "--stop-signal",
                                "SIGQUIT",
                                "-v",
                                apt + ":/apt:ro",
                                "-v",
                                apt.resolve("sources.list") + ":/etc/apt/sources.list:ro",
                                "-v",
                                apt.resolve("proxies") + ":/etc/apt/apt.conf.d/99host:ro",
                                IMAGE,
                                "sh",
                                "-c",
                                script))
                .ok();
        // the workers' notice says that it listens; the follower ends when the container does
        Process follower =
                engine().command("logs", "-f", name).redirectErrorStream(true).start();
        StringBuilder seen = new StringBuilder();
        try (BufferedReader lines = follower.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = lines.readLine()) != null) {
                seen.append(line).append('\n');
                if (line.contains("start worker process ")) break;
            }
            assertNotNull(line, () -> "nginx does not start:\n" + seen);
            found("^Setting up hello ", seen.toString());
            found("^Hello, world!$", seen.toString());
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/seen"))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode());
            assertTrue(answer.body().startsWith("felucca "), answer.body());
            engine().felucca("stop", "-t", "20", name).ok();
            assertEquals("exited 0", engine().inspect("{{.State.Status}} {{.State.ExitCode}}", name));
        }
        follower.waitFor();
        String logs = engine().felucca("logs", name).ok();
        found("\"GET /seen HTTP/1.1\" 200 ", logs);
        engine().felucca("rm", name).ok();
        assertEquals(List.of(), engine().left());
    }

    private static int freePort() throws IOException {
        try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return s.getLocalPort();
        }
    }
}

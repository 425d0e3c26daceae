package dev.felucca.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.felucca.api.EngineException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceTest {
    private static final String HEX = "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox:latest, busybox:latest",
        "busybox:1, docker.io/library/busybox:1, busybox:1",
        "docker.io/busybox, docker.io/library/busybox:latest, busybox:latest",
        "index.docker.io/library/busybox, docker.io/library/busybox:latest, busybox:latest",
        "user/app, docker.io/user/app:latest, user/app:latest",
        "library/a/b, docker.io/library/a/b:latest, library/a/b:latest",
        "localhost/app, localhost/app:latest, localhost/app:latest",
        "localhost:5000/a/b:t, localhost:5000/a/b:t, localhost:5000/a/b:t",
        "host:5000/app, host:5000/app:latest, host:5000/app:latest",
        "Host/app, Host/app:latest, Host/app:latest",
        "ghcr.io/o/a__b-c--d.e:V1.0_x-y, ghcr.io/o/a__b-c--d.e:V1.0_x-y, ghcr.io/o/a__b-c--d.e:V1.0_x-y",
        "[::1]:5000/app, [::1]:5000/app:latest, [::1]:5000/app:latest",
    })
    void normalises(String text, String full, String familiar) {
        Reference r = Reference.parse(text).tagged();
        assertEquals(full, r.toString());
        assertEquals(familiar, r.familiar());
        assertEquals(r, Reference.parse(full));
        assertEquals(r, Reference.parse(familiar));
    }

    @ParameterizedTest
    @CsvSource({"app@sha256:H", "app:1@sha256:H"})
    void aDigestDecides(String text) {
        Reference r = Reference.parse(text.replace("H", HEX));
        assertEquals("docker.io/library/app@sha256:" + HEX, r.canonical().toString());
    }

    @ParameterizedTest
    @MethodSource
    void refuses(String text) {
        EngineException e = assertThrows(EngineException.class, () -> Reference.parse(text));
        assertEquals(EngineException.Kind.INVALID, e.kind());
    }

    static String[] refuses() {
        return new String[] {
            "",
            ":",
            "@",
            "/",
            "a/",
            "/a",
            "a//b",
            "a:",
            "a:.x",
            "a:-x",
            "a: b",
            "a b",
            "A",
            "user/App",
            "a_b_",
            "-a",
            "a..b",
            "a___b",
            "_a",
            "a:" + "t".repeat(129),
            HEX,
            "a@sha256:" + "0".repeat(63),
            "a@sha256:" + HEX.replace('a', 'A'),
            "a@md5:" + "0".repeat(32),
            "a@sha256",
            "a@",
            "-host.x/a",
            "host.x-/a",
            "host:port/a",
            "a\nb",
            "a:b:c",
            "ä",
            "https://x.y/a",
            "a/".repeat(128) + "a",
            "x".repeat(5000),
            "a@sha256:" + HEX + "@sha256:" + HEX
        };
    }

    @ParameterizedTest
    @MethodSource
    void takesTheLongest(String text) {
        assertEquals(text, Reference.parse(text).toString());
    }

    static String[] takesTheLongest() {
        return new String[] {"x.y/" + "a".repeat(255), "x.y/" + "a/".repeat(127) + "a", "x.y/a:" + "t".repeat(128)};
    }
}

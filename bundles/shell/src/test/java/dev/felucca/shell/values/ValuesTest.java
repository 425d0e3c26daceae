package dev.felucca.shell.values;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.DeviceMapping;
import dev.felucca.api.container.Resources.DeviceRate;
import dev.felucca.api.container.Ulimit;
import dev.felucca.api.container.VolumeMount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValuesTest {
    private static final Path HERE = Path.of("/home/u");

    private static void bad(Function<String, ?> f, String... texts) {
        for (String text : texts) assertThrows(EngineException.class, () -> f.apply(text), text);
    }

    @Test
    void sizes() {
        Map.of(
                        "0",
                        0L,
                        "4096",
                        4096L,
                        "1b",
                        1L,
                        "1k",
                        1024L,
                        "2KB",
                        2048L,
                        "512m",
                        512L << 20,
                        "1.5GiB",
                        3L << 29,
                        "1 t",
                        1L << 40)
                .forEach((text, bytes) -> assertEquals(bytes, Sizes.bytes(text), text));
        bad(Sizes::bytes, "", "m", "-1", "1x", "1mm", "1e3", " 1", "0x10", "9999999p", "1.2.3");
        assertEquals(-1, Sizes.bytesOrUnlimited("-1"));
        bad(Sizes::bytesOrUnlimited, "-2");
    }

    @Test
    void cpus() {
        assertEquals(1_500_000_000, Sizes.nanoCpus("1.5"));
        assertEquals(500_000_000, Sizes.nanoCpus(".5"));
        bad(Sizes::nanoCpus, "", "x", "-1", "1e1", "0.0000000001", "99999999999999");
    }

    @Test
    void durationsAndTimes() {
        assertEquals(5_400_000_000_000L, Times.nanos("1h30m"));
        assertEquals(1_500_000_000L, Times.nanos("1.5s"));
        assertEquals(100_000_000L, Times.nanos("100ms"));
        assertEquals(0, Times.nanos("0"));
        bad(Times::nanos, "", "1", "m", "1h30", "1x", "-1s", "1s ", "s1", "99999999h");
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        assertEquals(now.minusSeconds(600), Times.instant("10m", now));
        assertEquals(Instant.ofEpochSecond(1700000000, 500_000_000), Times.instant("1700000000.5", now));
        assertEquals(Instant.parse("2013-01-02T00:00:00Z"), Times.instant("2013-01-02T01:00:00+01:00", now));
        bad(t -> Times.instant(t, now), "", "yesterday", "2013-13-01", "2013-01-02T25:00:00Z", "1.2.3");
    }

    @Test
    void volumes() {
        assertEquals(bind("/a", "/b", false, null), Volumes.parse("/a:/b", HERE));
        assertEquals(bind("/home/u/x", "/b", true, null), Volumes.parse("./x:/b:ro", HERE));
        assertEquals(bind("/home/u", "/b", false, "rslave"), Volumes.parse(".:/b:rw,rslave", HERE));
        assertEquals(bind("/home", "/b/c", false, null), Volumes.parse("..:/b/./c/", HERE));
        assertEquals(volume("data", "/b", false), Volumes.parse("data:/b", HERE));
        assertEquals(volume("data", "/b", true), Volumes.parse("data:/b:nocopy", HERE));
        assertEquals(volume("", "/b", false), Volumes.parse("/b", HERE));
        bad(
                s -> Volumes.parse(s, HERE),
                "",
                ":",
                "/a:",
                ":/b",
                "/a:b",
                "/a:/b:",
                "/a:/b:xx",
                "/a:/b:ro:rw",
                "/a:/b:ro,rw",
                "/a:/",
                "b",
                "a/b:/c",
                "x:/b",
                "/a:/b:nocopy",
                "data:/b:rshared",
                "/a:/b:private,shared",
                "da ta:/b");
        assertEquals(
                new VolumeMount("tmpfs", "", "/run", false, null, false, false, "size=1m,mode=700"),
                Volumes.tmpfs("/run:size=1m,mode=700"));
        bad(Volumes::tmpfs, "", "run", "/");
    }

    private static VolumeMount bind(String from, String to, boolean ro, @Nullable String propagation) {
        return new VolumeMount("bind", from, to, ro, propagation, true, false, "");
    }

    private static VolumeMount volume(String from, String to, boolean noCopy) {
        return new VolumeMount("volume", from, to, false, null, false, noCopy, "");
    }

    @Test
    void mounts() {
        assertEquals(
                new VolumeMount("bind", "/home/u/x", "/b", true, "rshared", false, false, ""),
                Mounts.parse("type=bind,src=x,dst=/b,readonly,bind-propagation=rshared", HERE));
        assertEquals(
                new VolumeMount("volume", "data", "/b", false, null, false, true, ""),
                Mounts.parse("source=data,target=/b,volume-nocopy=true,ro=false", HERE));
        assertEquals(
                new VolumeMount("tmpfs", "", "/b", false, null, false, false, "size=1048576,mode=1777"),
                Mounts.parse("type=tmpfs,destination=/b,tmpfs-size=1m,tmpfs-mode=1777", HERE));
        assertEquals(
                "/a,\"b",
                Mounts.parse("type=bind,\"src=/a,\"\"b\",dst=/c", HERE).source());
        bad(
                s -> Mounts.parse(s, HERE),
                "",
                "type=bind",
                "type=bind,dst=/b",
                "dst=b",
                "type=nfs,dst=/b",
                "type=tmpfs,src=/a,dst=/b",
                "dst=/b,foo=1",
                "dst=/b,foo",
                "dst",
                "dst=",
                "dst=/b,readonly=perhaps",
                "dst=/b,bind-propagation=shared",
                "type=bind,src=/a,dst=/b,bind-propagation=x",
                "type=tmpfs,dst=/b,tmpfs-size=x",
                "type=tmpfs,dst=/b,tmpfs-mode=9",
                "dst=/b,tmpfs-size=1m",
                "dst=/b,volume-driver=nfs",
                "dst=/b,volume-opt=a=b",
                "\"dst=/b",
                "type=bind,src=/a,dst=/b,volume-nocopy");
    }

    @Test
    void devicesRulesRatesAndLimits() {
        assertEquals(new DeviceMapping("/dev/a", "/dev/a", "rwm"), Devices.device("/dev/a"));
        assertEquals(new DeviceMapping("/dev/a", "/dev/a", "r"), Devices.device("/dev/a:r"));
        assertEquals(new DeviceMapping("/dev/a", "/dev/b", "rwm"), Devices.device("/dev/a:/dev/b"));
        assertEquals(new DeviceMapping("/dev/a", "/dev/b", "rw"), Devices.device("/dev/a:/dev/b:rw"));
        bad(Devices::device, "", "a", "/dev/a:b", "/dev/a:/dev/b:x", "/dev/a:/dev/b:", "/dev/a:/dev/b:r:w");
        assertEquals("c 10:229 rwm", Devices.rule("c 10:229 rwm"));
        bad(Devices::rule, "", "c 10 rwm", "x 1:1 r", "c 1:1 x", "c *:* ");
        assertEquals(new DeviceRate("/dev/sda", 1 << 20), Devices.bytesRate("/dev/sda:1mb"));
        assertEquals(new DeviceRate("/dev/sda", 7), Devices.operationsRate("/dev/sda:7"));
        bad(Devices::bytesRate, "", "/dev/sda", "sda:1", "/dev/sda:", "/dev/sda:x");
        bad(Devices::operationsRate, "/dev/sda:1k", "/dev/sda:-1");
        assertEquals(new Ulimit("nofile", 10, 20), Devices.ulimit("nofile=10:20"));
        assertEquals(new Ulimit("core", -1, -1), Devices.ulimit("core=-1"));
        assertEquals(new Ulimit("core", 0, -1), Devices.ulimit("core=0:unlimited"));
        bad(
                Devices::ulimit,
                "",
                "nofile",
                "nofile=",
                "nofile=x",
                "nofile=2:1",
                "nofile=-1:5",
                "nofile=1:2:3",
                "foo=1",
                "nofile=-2");
    }

    @Test
    void environmentFiles(@TempDir Path dir) throws Exception {
        Path file = Files.writeString(dir.resolve("env"), "\uFEFFA=1\n# no\n\n  B=x = y \nC\n");
        assertEquals(List.of("A=1", "B=x = y ", "C"), Pairs.file(file));
        assertEquals("C=3", Pairs.variable("C", Map.of("C", "3")));
        assertEquals("C", Pairs.variable("C", Map.of()));
        bad(s -> Pairs.variable(s, Map.of()), "", "=x", " =x");
        Path wrong = Files.writeString(dir.resolve("wrong"), "A=1\nB C=2\n");
        EngineException e = assertThrows(EngineException.class, () -> Pairs.file(wrong));
        assertEquals("line 2 of " + wrong + ": \"B C\" is no name (empty, or with white space)", e.message());
        bad(s -> Pairs.file(dir.resolve(s)), "absent", ".");
    }
}

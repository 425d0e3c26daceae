package dev.felucca.core.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.spec.Mount;
import dev.felucca.api.spec.Spec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountsTest {
    @Test
    void parentsComeBeforeChildrenWhateverTheOrderAsked() {
        List<String> targets = targets(create(
                Samples.host(),
                Samples.bind("/tmp", "/a/b/c", false, null),
                Samples.tmpfs("/a", ""),
                Samples.bind("/tmp", "/etc", false, null)));
        assertTrue(targets.indexOf("/a") < targets.indexOf("/a/b/c"));
        assertTrue(targets.indexOf("/etc") < targets.indexOf("/etc/hosts"));
        assertTrue(targets.indexOf("/sys") < targets.indexOf("/sys/fs/cgroup"));
        assertTrue(targets.indexOf("/dev") < targets.indexOf("/dev/shm"));
    }

    @Test
    void theUsersMountReplacesTheEnginesAtTheSamePlace() {
        Spec spec = create(
                Samples.host(),
                Samples.bind("/srv/hosts", "/etc//hosts", true, null),
                Samples.tmpfs("/dev/shm", "size=1g,exec"));
        assertEquals("/srv/hosts", mount(spec, "/etc/hosts").source());
        assertEquals(
                List.of("rbind", "rprivate", "ro", "rro"),
                mount(spec, "/etc/hosts").options());
        assertEquals(
                List.of("nosuid", "nodev", "size=1g", "exec"),
                mount(spec, "/dev/shm").options());
        assertEquals(1, targets(spec).stream().filter("/dev/shm"::equals).count());
    }

    @Test
    void theHostsDevTakesAllThatWouldBeBelowIt() {
        HostConfig host = Samples.host(
                "{'devices': [{'pathOnHost': '/dev/null', 'pathInContainer': '/dev/nil', 'permissions': ''}]}");
        Spec spec = create(host, Samples.bind("/dev", "/dev", false, null));
        assertFalse(targets(spec).stream().anyMatch(t -> t.startsWith("/dev/")));
        assertEquals(List.of(), spec.linux().devices());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | noexec nosuid nodev",
                "size=64m,mode=1777 | noexec nosuid nodev size=64m mode=1777",
                "exec,suid,dev | exec suid dev",
                "size=1m,size=2m | noexec nosuid nodev size=2m",
                "ro,rw | noexec nosuid nodev rw",
            })
    void tmpfsOptions(String asked, String options) {
        assertEquals(options, String.join(" ", TmpfsOptions.of(Samples.tmpfs("/x", asked))));
    }

    @Test
    void aReadOnlyRootTakesTheEnginesFilesWithIt() {
        Spec spec = create(Samples.host("{'readonlyRootfs': true}"), Samples.bind("/tmp", "/data", false, null));
        assertTrue(spec.root().readonly());
        for (String path : List.of("/sys", "/sys/fs/cgroup", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf")) {
            assertTrue(mount(spec, path).options().contains("ro"), path);
        }
        for (String path : List.of("/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/data")) {
            assertFalse(mount(spec, path).options().contains("ro"), path);
        }
    }

    @Test
    void sharedMemoryFollowsTheIpcNamespace() {
        assertTrue(mount(create(Samples.host("{'shmSize': 1048576}")), "/dev/shm")
                .options()
                .contains("size=1048576"));
        assertEquals(
                "/dev/shm",
                mount(create(Samples.host("{'ipcMode': 'host'}")), "/dev/shm").source());
        List<String> none = targets(create(Samples.host("{'ipcMode': 'none'}")));
        assertFalse(none.contains("/dev/shm") || none.contains("/dev/mqueue"));
        HostConfig joined = Samples.host("{'ipcMode': 'container:web'}");
        assertThrows(EngineException.class, () -> create(joined));
        Spec spec = create(joined, Samples.bind("/run/shm-of-web", "/dev/shm", false, null));
        assertEquals("/run/shm-of-web", mount(spec, "/dev/shm").source());
    }

    @Test
    void cgroupsAreWritableOnlyIfAskedFor() {
        assertTrue(mount(create(Samples.host()), "/sys/fs/cgroup").options().contains("ro"));
        HostConfig host = Samples.host("{'securityOpt': ['writable-cgroups=true']}");
        assertTrue(mount(create(host), "/sys/fs/cgroup").options().contains("rw"));
    }

    @Test
    void propagationNeedsASourceThatTakesPart() {
        // /proc/self is on procfs, which no system mounts shared with itself below a private parent; see what the host
        // says.
        VolumeMount shared = Samples.bind("/proc", "/x", false, "rshared");
        boolean hostShares = sharedProc();
        if (hostShares) {
            assertEquals("shared", create(Samples.host(), shared).linux().rootfsPropagation());
        } else {
            EngineException e = assertThrows(EngineException.class, () -> create(Samples.host(), shared));
            assertEquals("path /proc is mounted on /proc but it is not a shared mount", e.message());
        }
        assertEquals("rprivate", create(Samples.host()).linux().rootfsPropagation());
    }

    private static boolean sharedProc() {
        try (var lines = java.nio.file.Files.lines(java.nio.file.Path.of("/proc/self/mountinfo"))) {
            return lines.filter(l -> l.split(" ")[4].equals("/proc"))
                    .reduce((first, last) -> last)
                    .orElseThrow()
                    .contains(" shared:");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Spec create(HostConfig host, VolumeMount... mounts) {
        return SpecFactory.create(Samples.input(Samples.config(), host, mounts), Samples.HOST);
    }

    private static List<String> targets(Spec spec) {
        return spec.mounts().stream().map(Mount::destination).toList();
    }

    private static Mount mount(Spec spec, String target) {
        return spec.mounts().stream()
                .filter(m -> m.destination().equals(target))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is mounted on " + target));
    }
}

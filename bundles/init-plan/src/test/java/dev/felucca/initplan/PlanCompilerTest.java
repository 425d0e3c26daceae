package dev.felucca.initplan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.Hook;
import dev.felucca.api.spec.Hooks;
import dev.felucca.api.spec.Linux;
import dev.felucca.api.spec.LinuxCapabilities;
import dev.felucca.api.spec.LinuxDevice;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.LinuxSeccomp;
import dev.felucca.api.spec.LinuxTimeOffset;
import dev.felucca.api.spec.Mount;
import dev.felucca.api.spec.PosixRlimit;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Root;
import dev.felucca.api.spec.SeccompAction;
import dev.felucca.api.spec.Spec;
import dev.felucca.api.spec.User;
import dev.felucca.door.NamespaceType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Whole plans in words, against files beside this test; and what is refused. */
class PlanCompilerTest {
    private static final HostCgroups V1 = HostCgroups.parse(List.of(
            "30 23 0:26 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755",
            "31 30 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate",
            "32 30 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd",
            "33 30 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
            "34 30 0:30 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids"));

    @Test
    void containerOnCgroup1() throws IOException {
        assertGolden("container-v1.txt", PlanCompiler.compile(container(), birth(V1, 3)));
    }

    @Test
    void containerOnCgroup2WithoutNewPrivilegesAndWithATerminal() throws IOException {
        Spec spec = container();
        Process process = spec.process().toBuilder()
                .terminal(true)
                .noNewPrivileges(true)
                .user(new User(1000, 1000, 077, List.of(5L)))
                .build();
        spec = spec.withProcess(process).withRoot(new Root("rootfs", true));
        assertGolden("container-v2.txt", PlanCompiler.compile(spec, birth(HostCgroups.V2, 0)));
    }

    @Test
    void containerWithPinnedNamespaces() throws IOException {
        List<LinuxNamespace> namespaces = new ArrayList<>();
        for (LinuxNamespaceType type : LinuxNamespaceType.values()) {
            if (type == LinuxNamespaceType.PID || type == LinuxNamespaceType.CGROUP) {
                namespaces.add(LinuxNamespace.of(type));
            } else if (type != LinuxNamespaceType.USER) {
                namespaces.add(new LinuxNamespace(type, "/run/felucca/ns/c1/" + type.procName()));
            }
        }
        Spec spec = linux(container(), l -> l.namespaces(namespaces).timeOffsets(Map.of()));
        assertGolden("container-setns.txt", PlanCompiler.compile(spec, birth(HostCgroups.V2, 1)));
    }

    @Test
    void execIntoAContainer() throws IOException {
        Map<NamespaceType, String> namespaces = new EnumMap<>(NamespaceType.class);
        for (NamespaceType type : NamespaceType.values()) {
            if (type != NamespaceType.USER) {
                namespaces.put(type, "/proc/42/ns/" + type.file());
            }
        }
        Process process = Process.builder(List.of("/bin/id")).cwd("/tmp").build();
        ExecDescription exec = new ExecDescription("c1", namespaces, 1, List.of(), 9);
        assertGolden("exec.txt", PlanCompiler.compileExec(container(), process, exec));
    }

    @Test
    void initIsBornIntoTheV2GroupThatIsGiven() {
        BirthDescription birth = new BirthDescription("c1", 1, true, List.of(), 9, HostCgroups.V2, p -> true);
        CompiledPlan plan = PlanCompiler.compile(container(), birth);
        assertEquals(new SlotSource.CgroupDirectory(), plan.slots().get(0));
        assertEquals(new SlotSource.CgroupProcs(0), plan.slots().get(1));
        assertTrue(plan.explain().stream().anyMatch(l -> l.contains("into the cgroup")));
    }

    @Test
    void slotsNameTheirSources() {
        List<SlotSource> slots =
                PlanCompiler.compile(container(), birth(HostCgroups.V2, 1)).slots();
        assertEquals(new SlotSource.CgroupProcs(0), slots.get(0));
        assertEquals(new SlotSource.RootFilesystem(), slots.get(1));
        assertEquals(new SlotSource.Tree("/data/resolv.conf", false), slots.get(2));
        assertEquals(new SlotSource.Tree("/volumes/v", true), slots.get(3));
        assertEquals(new SlotSource.Stdio(2), slots.get(6));
        assertEquals(7, slots.size());
    }

    @Test
    void plansSurviveTheirEncoding() {
        Plan plan = PlanCompiler.compile(container(), birth(V1, 3)).plan();
        assertEquals(
                plan.words().lines().count(),
                Plan.decode(plan.encode()).words().lines().count());
    }

    @Test
    void refusesByName() {
        Hook hook = new Hook("/bin/true", List.of(), List.of(), null);
        Hooks hooks = new Hooks(List.of(), List.of(), List.of(), List.of(hook), List.of(), List.of());
        refused(EngineException.Kind.UNSUPPORTED, "hooks", s -> s.withHooks(hooks));
        refused(
                EngineException.Kind.UNSUPPORTED,
                "user namespace",
                s -> linux(s, l -> l.namespaces(List.of(LinuxNamespace.of(LinuxNamespaceType.USER)))));
        refused(
                EngineException.Kind.INVALID,
                "twice",
                s -> linux(
                        s,
                        l -> l.namespaces(List.of(
                                LinuxNamespace.of(LinuxNamespaceType.MOUNT),
                                LinuxNamespace.of(LinuxNamespaceType.MOUNT)))));
        refused(EngineException.Kind.INVALID, "..", s -> mount(s, Mount.of("/a/../../b", "tmpfs", "tmpfs")));
        refused(EngineException.Kind.INVALID, "absolute", s -> mount(s, Mount.of("a", "tmpfs", "tmpfs")));
        refused(EngineException.Kind.INVALID, "/proc", s -> mount(s, Mount.of("/proc/sys", "tmpfs", "tmpfs")));
        refused(EngineException.Kind.INVALID, "/proc", s -> mount(s, Mount.bind("/proc", "/x", List.of("bind"))));
        refused(
                EngineException.Kind.INVALID,
                "size=1",
                s -> mount(s, Mount.bind("/x", "/x", List.of("rbind", "size=1"))));
        refused(EngineException.Kind.UNSUPPORTED, "remount", s -> mount(s, Mount.of("/x", "tmpfs", "t", "remount")));
        refused(
                EngineException.Kind.INVALID,
                "kernel.panic",
                s -> linux(s, l -> l.sysctl(Map.of("kernel.panic", "1"))));
        refused(
                EngineException.Kind.INVALID,
                "CAP_FLY",
                s -> process(s, p -> p.capabilities(LinuxCapabilities.of(List.of("CAP_FLY")))));
        refused(
                EngineException.Kind.INVALID,
                "RLIMIT_X",
                s -> process(s, p -> p.rlimits(List.of(new PosixRlimit("RLIMIT_X", 1, 1)))));
        refused(EngineException.Kind.INVALID, "no command", s -> process(s, p -> p.args(List.of())));
        refused(
                EngineException.Kind.INVALID,
                "unknown type",
                s -> linux(s, l -> l.devices(List.of(new LinuxDevice("/dev/x", "z", 1, 1, null, null, null)))));
        refused(EngineException.Kind.INVALID, "unknown mode", s -> linux(s, l -> l.rootfsPropagation("odd")));
    }

    private static void refused(EngineException.Kind kind, String what, UnaryOperator<Spec> change) {
        EngineException e = assertThrows(
                EngineException.class,
                () -> PlanCompiler.compile(change.apply(container()), birth(HostCgroups.V2, 0)),
                what);
        assertEquals(kind, e.kind(), e.message());
        assertTrue(e.message().contains(what), e.message());
    }

    private static BirthDescription birth(HostCgroups cgroups, int procs) {
        return new BirthDescription(
                "c1",
                procs,
                false,
                List.of(new ProcessOp.Rlimit(7, 1024, 524288)),
                9,
                cgroups,
                p -> !p.contains("resolv"));
    }

    private static Spec container() {
        List<LinuxNamespace> namespaces = new ArrayList<>();
        for (LinuxNamespaceType type : LinuxNamespaceType.values()) {
            if (type != LinuxNamespaceType.USER) {
                namespaces.add(LinuxNamespace.of(type));
            }
        }
        Process process = Process.builder(List.of("sh", "-c", "true"))
                .env(List.of("PATH=/usr/bin::/bin", "TERM=xterm"))
                .cwd("/srv")
                .capabilities(LinuxCapabilities.of(List.of("CAP_CHOWN", "CAP_KILL", "CAP_SYS_ADMIN")))
                .rlimits(List.of(new PosixRlimit("RLIMIT_CORE", PosixRlimit.INFINITY, 0)))
                .oomScoreAdj(100)
                .build();
        Linux linux = Linux.builder()
                .namespaces(namespaces)
                .timeOffsets(Map.of("boottime", new LinuxTimeOffset(-5, 7)))
                .sysctl(Map.of("net.ipv4.ip_unprivileged_port_start", "0"))
                .devices(List.of(new LinuxDevice("/dev/net/tun", "c", 10, 200, 0600, 0L, 0L)))
                .maskedPaths(List.of("/proc/kcore"))
                .readonlyPaths(List.of("/proc/sys"))
                .cgroupsPath("/felucca/c1")
                .seccomp(new LinuxSeccomp(SeccompAction.ALLOW, null, List.of(), List.of(), null, null, List.of()))
                .build();
        return Spec.of(process, new Root("rootfs", false))
                .withHostname("box")
                .withDomainname("example.test")
                .withLinux(linux)
                .withMounts(List.of(
                        Mount.of("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
                        Mount.of("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
                        Mount.of(
                                "/dev/pts",
                                "devpts",
                                "devpts",
                                "nosuid",
                                "noexec",
                                "newinstance",
                                "ptmxmode=0666",
                                "mode=0620",
                                "gid=5"),
                        Mount.of("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"),
                        Mount.of("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "ro"),
                        Mount.of("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
                        Mount.of("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
                        Mount.bind("/etc/resolv.conf", "/data/resolv.conf", List.of("bind", "rprivate")),
                        Mount.bind("/vol", "/volumes/v", List.of("rbind", "ro", "rslave"))));
    }

    private static Spec linux(Spec spec, UnaryOperator<Linux.Builder> change) {
        return spec.withLinux(change.apply(spec.linux().toBuilder()).build());
    }

    private static Spec process(Spec spec, UnaryOperator<Process.Builder> change) {
        return spec.withProcess(change.apply(spec.process().toBuilder()).build());
    }

    private static Spec mount(Spec spec, Mount mount) {
        return spec.withMounts(List.of(mount));
    }

    private static void assertGolden(String name, CompiledPlan plan) throws IOException {
        try (InputStream in = PlanCompilerTest.class.getResourceAsStream(name)) {
            String golden = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(golden, String.join("\n", plan.explain()) + "\n", name);
        }
    }
}

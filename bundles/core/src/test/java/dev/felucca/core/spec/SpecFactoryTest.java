package dev.felucca.core.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.spec.LinuxDevice;
import dev.felucca.api.spec.LinuxDeviceCgroup;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.LinuxResources;
import dev.felucca.api.spec.LinuxTimeOffset;
import dev.felucca.api.spec.PosixRlimit;
import dev.felucca.api.spec.Spec;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecFactoryTest {
    @Test
    void theUsersEnvironmentWinsOverTheImagesAndABareNameRemoves() {
        Spec spec = create("{'env': ['LANG=de', 'A=1=2', 'PATH', 'EMPTY=']}", "{}");
        assertEquals(
                List.of("HOSTNAME=0123456789ab", "LANG=de", "A=1=2", "EMPTY="),
                spec.process().env());
    }

    @Test
    void theHostsNameIsLeftAlone() {
        Spec spec = create("{}", "{'utsMode': 'host'}");
        assertNull(spec.hostname());
        Spec own = create("{'domainname': 'example.org'}", "{}");
        assertEquals("0123456789ab", own.hostname());
        assertEquals("example.org", own.domainname());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'capDrop': ['ALL']} | \"\"",
                "{'capDrop': ['ALL'], 'capAdd': ['chown', 'SYS_TIME']} | CAP_CHOWN CAP_SYS_TIME",
                "{'capDrop': ['CHOWN', 'kill'], 'capAdd': ['CAP_SYS_TIME']} | CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID"
                        + " CAP_SETGID CAP_SETUID CAP_SETPCAP CAP_NET_BIND_SERVICE CAP_NET_RAW CAP_SYS_CHROOT"
                        + " CAP_SYS_TIME CAP_MKNOD CAP_AUDIT_WRITE CAP_SETFCAP",
            })
    void capabilities(String host, String names) {
        assertEquals(
                names,
                String.join(" ", create("{}", host).process().capabilities().bounding()));
    }

    @Test
    void allCapabilitiesButOne() {
        List<String> all = create("{}", "{'capAdd': ['ALL'], 'capDrop': ['SYS_ADMIN']}")
                .process()
                .capabilities()
                .permitted();
        assertEquals(40, all.size());
        assertFalse(all.contains("CAP_SYS_ADMIN"));
    }

    @Test
    void whatTheEngineHasNotGotItCannotGive() {
        List<String> few = CapabilityNames.ofStatus("Name:\tx\nCapBnd:\t0000000000000003\n");
        assertEquals(List.of("CAP_CHOWN", "CAP_DAC_OVERRIDE"), few);
        assertEquals(few, CapabilityNames.of(Samples.host(), few));
        assertThrows(EngineException.class, () -> CapabilityNames.of(Samples.host("{'capAdd': ['SYS_ADMIN']}"), few));
    }

    @Test
    void securityOptionsChangeTheProcess() {
        Spec spec = create(
                "{}", "{'securityOpt': ['no-new-privileges:true', 'seccomp=unconfined', 'systempaths=unconfined']}");
        assertTrue(spec.process().noNewPrivileges());
        assertNull(spec.linux().seccomp());
        assertEquals(List.of(), spec.linux().maskedPaths());
        assertEquals(List.of(), spec.linux().readonlyPaths());
        Spec named = create(
                "{}",
                "{'privileged': true, 'securityOpt': ['seccomp={\\'defaultAction\\': \\'SCMP_ACT_ALLOW\\'}']}"
                        .replace("\\'", "\\\""));
        assertNotNull(named.linux().seccomp());
        Spec paths = create("{}", "{'privileged': true, 'maskedPaths': ['/proc/keys']}");
        assertEquals(List.of("/proc/keys"), paths.linux().maskedPaths());
    }

    @Test
    void limits() {
        LinuxResources r = create(
                        "{}",
                        "{'resources': {'memory': 67108864, 'nanoCpus': 1500000000, 'cpuShares': 512, 'cpusetCpus': '1',"
                                + " 'pidsLimit': 100, 'blkioWeight': 300}}")
                .linux()
                .resources();
        assertEquals(67108864, r.memory().limit());
        assertEquals(134217728, r.memory().swap());
        assertEquals(150_000, r.cpu().quota());
        assertEquals(100_000, r.cpu().period());
        assertEquals(512, r.cpu().shares());
        assertEquals("1", r.cpu().cpus());
        assertEquals(100, r.pids().limit());
        assertEquals(300, r.blockIO().weight());
    }

    @Test
    void whatIsNotLimitedIsNotSaid() {
        LinuxResources r = create("{}", "{'resources': {'memory': 0, 'pidsLimit': -1, 'memorySwappiness': -1}}")
                .linux()
                .resources();
        assertEquals(LinuxResources.EMPTY.withDevices(r.devices()), r);
        LinuxResources swap = create("{}", "{'resources': {'memory': 67108864, 'memorySwap': -1}}")
                .linux()
                .resources();
        assertEquals(-1, swap.memory().swap());
    }

    @Test
    void ulimits() {
        Spec spec = create(
                "{}",
                "{'ulimits': [{'name': 'nofile', 'soft': 1, 'hard': 2}, {'name': 'core', 'soft': -1, 'hard': -1},"
                        + " {'name': 'nofile', 'soft': 3, 'hard': 4}]}");
        assertEquals(
                List.of(
                        new PosixRlimit("RLIMIT_CORE", PosixRlimit.INFINITY, PosixRlimit.INFINITY),
                        new PosixRlimit("RLIMIT_NOFILE", 4, 3)),
                spec.process().rlimits());
    }

    @Test
    void devicesAreMadeAndAllowed() {
        Spec spec = create(
                "{}",
                "{'devices': [{'pathOnHost': '/dev/null', 'pathInContainer': '/dev/nil', 'permissions': 'rw'}],"
                        + " 'resources': {'deviceCgroupRules': ['c 42:* r']}}");
        LinuxDevice node = spec.linux().devices().get(0);
        assertEquals("/dev/nil c 1 3", node.path() + " " + node.type() + " " + node.major() + " " + node.minor());
        List<LinuxDeviceCgroup> rules = spec.linux().resources().devices();
        assertEquals(
                List.of(
                        new LinuxDeviceCgroup(true, "c", 1L, 3L, "rw"),
                        new LinuxDeviceCgroup(true, "c", 42L, null, "r")),
                rules.subList(rules.size() - 2, rules.size()));
        assertEquals(new LinuxDeviceCgroup(false, "a", null, null, "rwm"), rules.get(0));
    }

    @Test
    void theWorkingDirectoryIsInItsShortestForm() {
        assertEquals(
                "/etc",
                create("{'workingDir': '/a/../../etc/./'}", "{}").process().cwd());
        assertEquals("/", create("{'workingDir': '/..'}", "{}").process().cwd());
    }

    @Test
    void aDirectoryOfDevicesIsAllDevicesInIt() {
        Spec spec = create(
                "{}", "{'devices': [{'pathOnHost': '/dev', 'pathInContainer': '/host/dev', 'permissions': 'r'}]}");
        assertTrue(spec.linux().devices().stream().anyMatch(d -> d.path().equals("/host/dev/null") && d.minor() == 3));
        assertFalse(spec.linux().devices().stream().anyMatch(d -> d.path().startsWith("/host/dev/pts")));
    }

    @Test
    void deviceNumbersAreThoseOfGlibc() {
        assertEquals(259, HostDevices.major(0x12310345L));
        assertEquals(0x12345, HostDevices.minor(0x12310345L));
        assertEquals(0x12345, HostDevices.major(0x1200000034500L));
    }

    @Test
    void sysctls() {
        Spec spec = create("{}", "{'sysctls': {'net.ipv4.ping_group_range': '1 0', 'kernel.shmmax': '1'}}");
        assertEquals(
                Map.of(
                        "net.ipv4.ping_group_range", "1 0",
                        "net.ipv4.ip_unprivileged_port_start", "0",
                        "kernel.shmmax", "1"),
                spec.linux().sysctl());
        assertEquals(Map.of(), create("{}", "{'networkMode': 'host'}").linux().sysctl());
    }

    @Test
    void namespacesByMode() {
        NamespaceRequest plain = NamespacePlan.request("id", Samples.host(), false, name -> 1);
        assertEquals(
                EnumSet.of(
                        LinuxNamespaceType.MOUNT,
                        LinuxNamespaceType.NETWORK,
                        LinuxNamespaceType.PID,
                        LinuxNamespaceType.IPC,
                        LinuxNamespaceType.UTS,
                        LinuxNamespaceType.CGROUP),
                plain.fresh());
        NamespaceRequest shared = NamespacePlan.request(
                "id",
                Samples.host("{'networkMode': 'container:web', 'pidMode': 'container:web', 'ipcMode': 'host',"
                        + " 'utsMode': 'host', 'cgroupnsMode': 'host', 'timeOffsets': {'boottime': 60}}"),
                false,
                name -> name.equals("web") ? 42 : 0);
        assertEquals(EnumSet.of(LinuxNamespaceType.MOUNT, LinuxNamespaceType.TIME), shared.fresh());
        assertEquals(
                Map.of(LinuxNamespaceType.NETWORK, "/proc/42/ns/net", LinuxNamespaceType.PID, "/proc/42/ns/pid"),
                shared.joined());
        assertEquals(Map.of("boottime", new LinuxTimeOffset(60, 0)), shared.timeOffsets());
    }

    private static Spec create(String config, String host) {
        return SpecFactory.create(Samples.input(Samples.config(config), Samples.host(host)), Samples.HOST);
    }
}

package dev.felucca.core.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.LinuxSeccomp;
import dev.felucca.api.spec.LinuxSyscall;
import dev.felucca.api.spec.SeccompAction;
import dev.felucca.api.spec.SeccompArch;
import dev.felucca.api.spec.SeccompOperator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeccompProfilesTest {
    private static final Set<String> DOCKERS = Set.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FSETID",
            "CAP_FOWNER",
            "CAP_MKNOD",
            "CAP_NET_RAW",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETFCAP",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SYS_CHROOT",
            "CAP_KILL",
            "CAP_AUDIT_WRITE");
    private static final SeccompHost AMD64 = new SeccompHost("amd64", "6.1.0-13-amd64");

    @Test
    void byDefaultCallsAreRefusedThatNoContainerNeeds() {
        LinuxSeccomp profile = resolve(DOCKERS, AMD64);
        assertEquals(SeccompAction.ERRNO, profile.defaultAction());
        assertEquals(1, profile.defaultErrnoRet());
        assertEquals(List.of(SeccompArch.X86_64, SeccompArch.X86, SeccompArch.X32), profile.architectures());
        for (String call : List.of("read", "execve", "openat2", "futex_waitv", "ptrace", "chroot", "arch_prctl")) {
            assertEquals(SeccompAction.ALLOW, rules(profile, call).get(0).action(), call);
        }
        for (String call : List.of(
                "mount",
                "unshare",
                "setns",
                "bpf",
                "keyctl",
                "add_key",
                "io_uring_setup",
                "kexec_load",
                "reboot",
                "init_module",
                "userfaultfd",
                "open_by_handle_at",
                "perf_event_open",
                "syslog",
                "set_tls")) {
            assertEquals(List.of(), rules(profile, call), call);
        }
    }

    @Test
    void cloneMayMakeNoNamespacesAndClone3SaysThatItDoesNotExist() {
        LinuxSeccomp profile = resolve(DOCKERS, AMD64);
        LinuxSyscall clone = rules(profile, "clone").get(0);
        assertEquals(SeccompOperator.MASKED_EQ, clone.args().get(0).op());
        assertEquals(0x7e020000L, clone.args().get(0).value());
        assertEquals(0, clone.args().get(0).valueTwo());
        assertEquals(38, rules(profile, "clone3").get(0).errnoRet());

        LinuxSeccomp admin = resolve(Set.of("CAP_SYS_ADMIN"), AMD64);
        assertEquals(List.of(), rules(admin, "clone").get(0).args());
        assertEquals(SeccompAction.ALLOW, rules(admin, "clone3").get(0).action());
        assertEquals(1, rules(admin, "mount").size());
    }

    @Test
    void argumentsOfSocketAndPersonalityAreAlternatives() {
        LinuxSeccomp profile = resolve(DOCKERS, AMD64);
        List<LinuxSyscall> sockets = rules(profile, "socket");
        assertTrue(sockets.stream().allMatch(r -> r.args().size() == 1));
        for (long refused : new long[] {38, 40}) {
            assertFalse(sockets.stream()
                    .anyMatch(r -> r.args().get(0).value() == refused
                            || (r.args().get(0).op() == SeccompOperator.LT
                                    && refused < r.args().get(0).value())));
        }
        assertEquals(
                List.of(0L, 8L, 0x20000L, 0x20008L, 0xffffffffL),
                rules(profile, "personality").stream()
                        .map(r -> r.args().get(0).value())
                        .toList());
    }

    @Test
    void architectureAndKernelChooseRules() {
        LinuxSeccomp arm = resolve(DOCKERS, new SeccompHost("arm64", "6.6.3"));
        assertEquals(List.of(SeccompArch.AARCH64, SeccompArch.ARM), arm.architectures());
        assertEquals(1, rules(arm, "set_tls").size());
        assertEquals(List.of(), rules(arm, "arch_prctl"));
        assertEquals(List.of(), rules(resolve(DOCKERS, new SeccompHost("amd64", "4.7.9")), "ptrace"));
        assertEquals(
                1,
                rules(resolve(DOCKERS, new SeccompHost("amd64", "4.10")), "ptrace")
                        .size());
    }

    @Test
    void readsFilesForSecurityOpt() {
        SeccompProfile old = parse("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"name\":\"mkdir\","
                + "\"action\":\"SCMP_ACT_ERRNO\",\"args\":[]}]}");
        LinuxSeccomp resolved = old.resolve(Set.of(), AMD64).orElseThrow();
        assertEquals(List.of("mkdir"), resolved.syscalls().get(0).names());
        assertTrue(parse("{}").resolve(Set.of(), AMD64).isEmpty());
    }

    @Test
    void refusesWhatIsNoProfile() {
        refused("not JSON", "x");
        refused("SCMP_ACT_FLY", "{\"defaultAction\":\"SCMP_ACT_FLY\"}");
        refused(
                "'name' and 'names'",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"name\":\"a\",\"names\":[\"b\"],"
                        + "\"action\":\"SCMP_ACT_LOG\"}]}");
        refused(
                "'architectures' and 'archMap'",
                "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86\"],"
                        + "\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86\"}]}");
        refused("no action", "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"b\"]}]}");
        SeccompProfile odd = parse("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"b\"],"
                + "\"action\":\"SCMP_ACT_LOG\",\"includes\":{\"minKernel\":\"4.x\"}}]}");
        assertThrows(EngineException.class, () -> odd.resolve(Set.of(), AMD64));
    }

    private static void refused(String what, String json) {
        EngineException e = assertThrows(EngineException.class, () -> parse(json));
        assertEquals(EngineException.Kind.INVALID, e.kind());
        assertTrue(e.message().contains(what), e.message());
    }

    private static SeccompProfile parse(String json) {
        return SeccompProfiles.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static LinuxSeccomp resolve(Set<String> caps, SeccompHost host) {
        return SeccompProfiles.unresolved().resolve(caps, host).orElseThrow();
    }

    private static List<LinuxSyscall> rules(LinuxSeccomp profile, String call) {
        return profile.syscalls().stream().filter(r -> r.names().contains(call)).toList();
    }
}

package dev.felucca.contracts.exec;

import dev.felucca.api.spec.Linux;
import dev.felucca.api.spec.LinuxCapabilities;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.Mount;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Root;
import dev.felucca.api.spec.Spec;
import java.util.List;
import java.util.stream.Stream;

/** Specs as docker makes them by default. */
public final class Specs {
    static final List<String> CAPABILITIES = List.of(
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
    /** The same as a mask. */
    static final String CAPABILITY_MASK = "00000000a80425fb";

    static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware");
    static final List<String> READONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private static final List<Mount> MOUNTS = List.of(
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
            Mount.of("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
            Mount.of("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"));

    private static final List<LinuxNamespaceType> TYPES = List.of(
            LinuxNamespaceType.PID,
            LinuxNamespaceType.NETWORK,
            LinuxNamespaceType.IPC,
            LinuxNamespaceType.UTS,
            LinuxNamespaceType.MOUNT,
            LinuxNamespaceType.CGROUP);

    private Specs() {}

    static Process.Builder process(String... args) {
        return Process.builder(List.of(args))
                .env(List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"))
                .capabilities(LinuxCapabilities.of(CAPABILITIES));
    }

    static Linux.Builder linux() {
        return Linux.builder()
                .namespaces(TYPES.stream().map(LinuxNamespace::of).toList())
                .maskedPaths(MASKED)
                .readonlyPaths(READONLY);
    }

    static Spec spec(Process process) {
        return Spec.of(process, new Root("rootfs", false))
                .withHostname("felucca-test")
                .withMounts(MOUNTS)
                .withLinux(linux().build());
    }

    public static Spec spec(String... args) {
        return spec(process(args).build());
    }

    public static Spec shell(String script) {
        return spec("/bin/sh", "-c", script);
    }

    static Spec plus(Spec spec, Mount... more) {
        return spec.withMounts(
                Stream.concat(spec.mounts().stream(), Stream.of(more)).toList());
    }
}

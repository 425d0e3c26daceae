package dev.felucca.initplan;

import dev.felucca.door.Barrier;
import dev.felucca.door.NamespaceType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A plan with every operation, for tests of the encoding. It is valid, but makes no sense as a container. */
final class SamplePlan {
    private SamplePlan() {}

    static Plan everything() {
        Slots slots = new Slots();
        Slot network = slots.add("network namespace");
        Slot group = slots.add("cgroup");
        Slot root = slots.add("root filesystem");
        Slot data = slots.add("volume data");
        return new Plan(List.of(
                new ProcessOp.Dumpable(false),
                new ProcessOp.Join(NamespaceType.NETWORK, network),
                new ProcessOp.Unshare(Set.of(NamespaceType.TIME)),
                new ProcessOp.TimeOffset(ProcessOp.TimeOffset.Clock.BOOTTIME, -5, 7),
                new ProcessOp.Clone(
                        Set.of(NamespaceType.MOUNT, NamespaceType.UTS, NamespaceType.IPC, NamespaceType.PID),
                        Optional.of(group)),
                new ProcessOp.WriteFd(group, "0"),
                new ProcessOp.AwaitBarrier(Barrier.CGROUP_PLACED),
                new ProcessOp.Unshare(Set.of(NamespaceType.CGROUP)),
                new ProcessOp.SendNamespace(NamespaceType.PID),
                new ProcessOp.NewSession(),
                new ProcessOp.Loopback(),
                new ProcessOp.SessionKeyring("c1"),
                new ProcessOp.Hostname("host"),
                new ProcessOp.Domainname("domain"),
                new MountOp.Root(root, MountBits.PRIVATE),
                new MountOp.MountFs(
                        "proc",
                        "proc",
                        List.of(),
                        MountBits.NOSUID | MountBits.NODEV | MountBits.NOEXEC,
                        "/proc",
                        Create.DIRECTORY,
                        false),
                new MountOp.MountFs(
                        "tmpfs", "tmpfs", List.of("mode=755", "size=65536k"), 0, "/dev", Create.NOTHING, true),
                new MountOp.Bind(data, "/data", 1, 2, MountBits.SLAVE, true, Create.FILE, true),
                new MountOp.MountSet("/data", 0, 0, MountBits.SHARED, true),
                new MountOp.Mkdir("/run/x", 0755, 1, 2, true),
                new MountOp.Mknod("/dev/null", 020666, 1, 3, 0, 0),
                new MountOp.Symlink("pts/ptmx", "/dev/ptmx", true),
                new MountOp.Own("/run/x", -1, 3, 4),
                new MountOp.Mask("/proc/kcore", true),
                new MountOp.ReadOnly("/proc/sys", true),
                new MountOp.Pivot(),
                MountOp.readonlyRoot(),
                new ProcessOp.Sysctl("net/ipv4/ip_forward", "1"),
                new ProcessOp.OomScoreAdj(-100),
                new ProcessOp.Umask(022),
                new ProcessOp.Rlimit(7, 1024, -1),
                new ProcessOp.Personality(0),
                new ProcessOp.Scheduler(0, -5, 0, 0, 0, 0, 0),
                new ProcessOp.IoPriority(2 << 13 | 4),
                new IdentityOp.LsmExecLabel(IdentityOp.LsmExecLabel.Lsm.APPARMOR, "docker-default"),
                new ProgramOp.Chdir("/work", true, false),
                new ProgramOp.Terminal(24, 80, 1000, 5, true),
                new ProgramOp.UseFd(data, 0),
                new ProgramOp.OwnStdio(1000),
                new IdentityOp.Bounding(0xa80425fbL),
                new IdentityOp.KeepCaps(true),
                new IdentityOp.SetGroups(List.of(1, 2, 3)),
                new IdentityOp.SetGid(1000),
                new IdentityOp.SetUid(1000),
                new IdentityOp.Caps(1, 2, 3, 0),
                new IdentityOp.NoNewPrivs(),
                new ProgramOp.Chdir("/work", false, true),
                new ProcessOp.ParentDeathSignal(9),
                new ProgramOp.CloseOthers(),
                new IdentityOp.Seccomp(0, List.of(new BpfInstruction(6, 0, 0, 0x7fff0000))),
                new ProcessOp.AwaitBarrier(Barrier.START),
                new ProgramOp.Exec(
                        List.of("sh", "-c", "echo ü"), List.of("PATH=/bin"), List.of("/usr/bin/sh", "/bin/sh"))));
    }
}

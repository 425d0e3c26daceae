package dev.felucca.door;

import static dev.felucca.door.KernelAssert.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamespacesTest {
    @TempDir
    Path dir;

    @Test
    void createsEachKindAheadAndLeavesTheCallerAlone() {
        var kinds = EnumSet.of(
                NamespaceType.NETWORK,
                NamespaceType.UTS,
                NamespaceType.IPC,
                NamespaceType.TIME,
                NamespaceType.MOUNT,
                NamespaceType.CGROUP);
        var made = Namespaces.create(
                kinds, List.of(), List.of(), Map.of(Namespaces.Clock.BOOTTIME, new Namespaces.ClockOffset(86400, 5)));
        assertEquals(kinds, made.keySet());
        made.forEach((type, fd) -> {
            assertEquals(type, Namespaces.typeOf(fd));
            try (Fd own = Namespaces.own(type);
                    Fd owner = Namespaces.ownerOf(fd);
                    Fd user = Namespaces.own(NamespaceType.USER)) {
                assertNotEquals(Namespaces.inode(own), Namespaces.inode(fd), type.file());
                assertEquals(Namespaces.inode(user), Namespaces.inode(owner));
            }
        });
        made.values().forEach(Fd::close);
    }

    @Test
    void timeNamespaceHasTheOffset() throws Exception {
        var made = Namespaces.create(
                Set.of(NamespaceType.TIME),
                List.of(),
                List.of(),
                Map.of(Namespaces.Clock.BOOTTIME, new Namespaces.ClockOffset(86400, 0)));
        Path out = dir.resolve("uptime");
        try (Fd ns = Objects.requireNonNull(made.get(NamespaceType.TIME));
                Fd file = Descriptors.open(out.toString(), Descriptors.O_CREAT | Descriptors.O_WRONLY, 0600)) {
            // A process joins a time namespace by nsenter, because a thread of a JVM cannot (setns(2)).
            int pid = Spawn.of("/usr/bin/nsenter", List.of("nsenter", "--time=/proc/self/fd/5", "cat", "/proc/uptime"))
                    .env("PATH", "/usr/bin:/bin")
                    .fd(1, file)
                    .fd(5, ns)
                    .start();
            assertEquals(0, Processes.wait(pid).code());
        }
        double inside = Double.parseDouble(Files.readString(out).split(" ")[0]);
        double outside =
                Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ")[0]);
        assertEquals(86400, inside - outside, 60);
    }

    @Test
    void loopbackComesUpInANewNetworkNamespace() throws Exception {
        try (Fd ns = Namespaces.create(NamespaceType.NETWORK)) {
            Netlink.loopbackUp(ns);
            String routes = Namespaces.inside(
                    Map.of(NamespaceType.NETWORK, ns),
                    () -> Transfers.readText(Fd.CWD, "/proc/thread-self/net/fib_trie"));
            assertTrue(routes.contains("127.0.0.1"), routes);
            try (Netlink n = Netlink.open(Netlink.NETLINK_ROUTE, ns)) {
                fails(Errno.ENODEV, "netlink link set nosuch up", "", () -> n.linkUp("nosuch"));
                n.linkUp("lo");
            }
        }
    }

    @Test
    void pinKeepsANamespaceAndUnpinRemovesIt() {
        String file = dir.resolve("uts").toString();
        long inode;
        Fd base = Namespaces.own(NamespaceType.UTS);
        try (base;
                Fd ns = Namespaces.create(NamespaceType.UTS)) {
            inode = Namespaces.inode(ns);
            assertNotEquals(inode, Namespaces.inode(base));
            Namespaces.pin(ns, file);
        }
        try (Fd pinned = Descriptors.open(file, Descriptors.O_RDONLY)) {
            assertEquals(inode, Namespaces.inode(pinned));
            assertEquals(NamespaceType.UTS, Namespaces.typeOf(pinned));
        }
        Namespaces.unpin(file);
        assertTrue(Files.notExists(Path.of(file)));
    }

    @Test
    void refusesWhatCannotBe() {
        EngineException pid = assertThrows(
                EngineException.class,
                () -> Namespaces.create(Set.of(NamespaceType.PID), List.of(), List.of(), Map.of()));
        assertEquals(EngineException.Kind.INVALID, pid.kind());
        EngineException user = assertThrows(
                EngineException.class,
                () -> Namespaces.create(
                        Set.of(NamespaceType.USER), List.of(new Namespaces.IdMap(0, 0, 1)), List.of(), Map.of()));
        assertEquals(EngineException.Kind.UNSUPPORTED, user.kind());
        try (Fd uts = Namespaces.own(NamespaceType.UTS)) {
            fails(Errno.EINVAL, "setns", "/proc/thread-self/ns/uts", () -> Namespaces.setns(uts, NamespaceType.IPC));
        }
        try (Fd f = Descriptors.open("/proc/self/status", 0)) {
            fails(Errno.ENOTTY, "ioctl NS_GET_NSTYPE", "/proc/self/status", () -> Namespaces.typeOf(f));
        }
    }
}

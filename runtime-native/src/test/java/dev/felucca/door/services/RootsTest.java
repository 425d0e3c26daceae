package dev.felucca.door.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.MountInfo;
import dev.felucca.door.Mounts;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.Stat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootsTest {
    @TempDir
    Path dir;

    private interface Body {
        void run() throws Exception;
    }

    /** As on a host whose root mount is shared (or private), in a mount namespace that ends with the test. */
    private static void onHost(long propagation, Body body) {
        Namespaces.inThread("host", () -> {
            Namespaces.unshare(Namespaces.CLONE_FS | NamespaceType.MOUNT.flag());
            Mounts.mount(null, "/", null, Mounts.MS_REC | Mounts.MS_PRIVATE, null);
            Mounts.mount(null, "/", null, Mounts.MS_REC | propagation, null);
            body.run();
            return true;
        });
    }

    private RootPaths paths() {
        return new RootPaths(dir.resolve("lib/data root"), dir.resolve("run"));
    }

    private static long mountsBelow(Path root, boolean itself) {
        return MountInfo.list().stream()
                .filter(m ->
                        m.isBelow(root.toString()) || (itself && m.mountPoint().equals(root.toString())))
                .count();
    }

    private static long inBase(BaseNamespaceComponent base, Path root) {
        return Namespaces.inside(Map.of(NamespaceType.MOUNT, base.fd()), () -> mountsBelow(root, true));
    }

    @Test
    void bindsPrivatelyOnASharedHostAndUndoesIt() {
        onHost(Mounts.MS_SHARED, () -> {
            RootPaths paths = paths();
            var base = new BaseNamespaceComponent(paths.both());
            var roots = new RootsComponent(paths, base);
            assertEquals(paths.data(), roots.dataRoot());
            for (Path p : paths.both()) {
                // others of the host do not reach the layers' setuid programs
                int mode = p.equals(paths.data()) ? 0710 : 0711;
                assertEquals(mode, Stat.of(p.toString()).permissions());
                assertEquals(1, mountsBelow(p, true));
                MountInfo own = MountInfo.list().stream()
                        .filter(m -> m.mountPoint().equals(p.toString()))
                        .findFirst()
                        .orElseThrow();
                assertEquals("", own.propagation());
                assertEquals(0, inBase(base, p));
            }
            // What the engine mounts stays out of the base, what the host mounts comes in.
            Path mine = Files.createDirectory(roots.dataRoot().resolve("m"));
            Path hosts = Files.createDirectory(dir.resolve("hosts"));
            Mounts.mount("tmpfs", mine.toString(), "tmpfs", 0, "size=64k");
            Mounts.mount("tmpfs", hosts.toString(), "tmpfs", 0, "size=64k");
            assertEquals(0, inBase(base, roots.dataRoot()));
            assertEquals(1, inBase(base, hosts));
            // And nothing goes back from the base to the host.
            Path inner = Files.createDirectory(dir.resolve("inner"));
            Namespaces.inside(Map.of(NamespaceType.MOUNT, base.fd()), () -> {
                Mounts.mount("tmpfs", inner.toString(), "tmpfs", 0, "size=64k");
                return true;
            });
            assertEquals(0, mountsBelow(inner, true));
            Mounts.umount2(mine.toString(), 0);
            roots.close();
            base.close();
            assertEquals(0, mountsBelow(paths.data(), true) + mountsBelow(paths.run(), true));
        });
    }

    @Test
    void mountNamespaceCanBePinnedBelowTheRunRoot() {
        onHost(Mounts.MS_SHARED, () -> {
            var base = new BaseNamespaceComponent(paths().both());
            var roots = new RootsComponent(paths(), base);
            String file = roots.runRoot().resolve("mnt").toString();
            // Several, since it depends on the CPUs on which they and this thread's own are made.
            for (int i = 0; i < 40; i++) {
                try (Fd ns = Namespaces.create(NamespaceType.MOUNT)) {
                    Namespaces.pin(ns, file);
                    try (Fd pinned = Descriptors.open(file, Descriptors.O_RDONLY)) {
                        assertEquals(Namespaces.inode(ns), Namespaces.inode(pinned));
                    }
                }
                Namespaces.unpin(file);
            }
            roots.close();
            base.close();
        });
    }

    @Test
    void takesOverWhatACrashedEngineLeft() {
        onHost(Mounts.MS_PRIVATE, () -> {
            RootPaths paths = paths();
            var base = new BaseNamespaceComponent(paths.both());
            var first = new RootsComponent(paths, base);
            Path left = Files.createDirectories(first.dataRoot().resolve("a b/merged"));
            Mounts.mount("tmpfs", left.toString(), "tmpfs", 0, "size=64k");
            first.close();
            base.close();
            assertEquals(2, mountsBelow(paths.data(), true), "a mount below keeps the bind");
            var next = new BaseNamespaceComponent(paths.both());
            assertEquals(0, inBase(next, paths.data()), "the base has neither");
            var second = new RootsComponent(paths, next);
            assertEquals(2, mountsBelow(paths.data(), true), "not bound twice");
            Mounts.umount2(left.toString(), 0);
            second.close();
            next.close();
            assertEquals(0, mountsBelow(paths.data(), true));
        });
    }

    @Test
    void diskOfItsOwnIsNoSelfBindAndStaysInTheBase() {
        onHost(Mounts.MS_SHARED, () -> {
            RootPaths paths = paths();
            Files.createDirectories(paths.data());
            Mounts.mount("tmpfs", paths.data().toString(), "tmpfs", 0, "size=64k");
            var base = new BaseNamespaceComponent(paths.both());
            var roots = new RootsComponent(paths, base);
            assertEquals(2, mountsBelow(paths.data(), true));
            assertEquals(1, inBase(base, paths.data()));
            roots.close();
            base.close();
            assertEquals(1, mountsBelow(paths.data(), true));
        });
    }

    @Test
    void secondEngineIsRefusedWithThePidOfTheFirst() {
        onHost(Mounts.MS_PRIVATE, () -> {
            var base = new BaseNamespaceComponent(paths().both());
            var roots = new RootsComponent(paths(), base);
            RootPaths sameData = new RootPaths(paths().data(), dir.resolve("other"));
            EngineException e = assertThrows(EngineException.class, () -> new RootsComponent(sameData, base));
            assertEquals(EngineException.Kind.CONFLICT, e.kind());
            assertTrue(e.message().contains("pid " + ProcessHandle.current().pid()), e.message());
            assertFalse(Files.exists(dir.resolve("other")), "nothing was made for the refused one");
            roots.close();
            new RootsComponent(paths(), base).close();
            base.close();
        });
    }

    @Test
    void refusesRootsInEachOther() {
        assertThrows(EngineException.class, () -> new RootPaths(dir, dir.resolve("x")));
        assertNotEquals(List.of(), paths().both());
    }
}

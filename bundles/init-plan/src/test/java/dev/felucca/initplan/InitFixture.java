package dev.felucca.initplan;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Mounts;
import dev.felucca.door.NamespaceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A root filesystem with a static busybox, and plans that run it: what the tests of felucca-init have in common. */
abstract class InitFixture {
    static final int AT_RECURSIVE = 0x8000;
    static final Set<NamespaceType> NEW =
            Set.of(NamespaceType.MOUNT, NamespaceType.UTS, NamespaceType.IPC, NamespaceType.PID, NamespaceType.NETWORK);
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir
    Path dir;

    Path root;
    private Slots slots = new Slots();
    final List<Fd> descriptors = new ArrayList<>();

    @BeforeEach
    void makeRoot() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "felucca-init needs root");
        assumeTrue(Files.isExecutable(BUSYBOX), "there is no static busybox (package busybox-static)");
        root = Files.createDirectory(dir.resolve("root"));
        for (String d : List.of("bin", "proc", "dev", "etc", "tmp")) {
            Files.createDirectory(root.resolve(d));
        }
        Files.copy(BUSYBOX, root.resolve("bin/busybox"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        for (String applet : List.of(
                "sh",
                "cat",
                "ls",
                "readlink",
                "stat",
                "hostname",
                "sleep",
                "mkdir",
                "touch",
                "id",
                "grep",
                "uname",
                "tty",
                "ionice",
                "ps",
                "wc",
                "awk",
                "kill",
                "mknod")) {
            Files.createSymbolicLink(root.resolve("bin").resolve(applet), Path.of("busybox"));
        }
    }

    /** Forgets all slots, for another container in the same test. */
    @AfterEach
    void closeSlots() {
        descriptors.forEach(Fd::close);
        descriptors.clear();
        slots = new Slots();
    }

    /** A slot with this descriptor, which is closed after the test. */
    Slot slot(Fd fd) {
        descriptors.add(fd);
        return slots.add(fd.description());
    }

    /** A slot with a detached copy of the tree at the path. */
    Slot tree(Path path) {
        return slot(Mounts.openTree(Fd.CWD, path.toString(), Mounts.OPEN_TREE_CLONE | AT_RECURSIVE));
    }

    Slot file(Path path, int flags) {
        return slot(Descriptors.open(path.toString(), flags, 0644));
    }

    /** Makes the namespaces and mounts the root and /proc. */
    List<Op> born() {
        return List.of(
                new ProcessOp.Dumpable(false),
                new ProcessOp.Clone(NEW, Optional.empty()),
                new ProcessOp.NewSession(),
                new MountOp.Root(tree(root), MountBits.PRIVATE),
                new MountOp.MountFs("proc", "proc", List.of(), 0, "/proc", Create.NOTHING, false));
    }

    /** Busybox's shell on the script. */
    static Op shell(String script) {
        return new ProgramOp.Exec(List.of("sh", "-c", script), List.of("PATH=/bin"), List.of("/bin/sh"));
    }

    /** The parts one after the other. */
    @SafeVarargs
    static Plan plan(List<Op>... parts) {
        List<Op> all = new ArrayList<>();
        for (List<Op> part : parts) {
            all.addAll(part);
        }
        return new Plan(all);
    }

    /** The container with these operations in the middle; the output of the script, run in the pivoted root. */
    String container(List<Op> middle, String script) {
        Plan plan = plan(born(), middle, List.of(new MountOp.Pivot(), new ProgramOp.CloseOthers(), shell(script)));
        try (InitDriver init = new InitDriver(plan, descriptors)) {
            return init.output().strip();
        }
    }

    /** How the container with this operation fails; it must be that operation that fails. */
    InitDriver.Failure failing(Op operation) {
        List<Op> before = born();
        Plan plan = plan(before, List.of(operation, shell("echo reached")));
        try (InitDriver init = new InitDriver(plan, descriptors)) {
            InitDriver.Failure failure = init.failure();
            if (failure.operation() != before.size()
                    || failure.code() != operation.code().number()
                    || init.status() != 121) {
                throw new AssertionError("another operation failed: " + failure);
            }
            return failure;
        }
    }
}

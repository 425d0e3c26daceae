package dev.felucca.initplan.birth;

import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Mounts;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.Nodes;
import dev.felucca.initplan.SlotSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The descriptors for the slots of a plan, open until init has them. */
final class SlotDescriptors implements AutoCloseable {
    private final List<Fd> inOrder = new ArrayList<>();
    private final List<Fd> opened = new ArrayList<>();

    /**
     * Opens what the slots need.
     *
     * @param root the root filesystem; lent, as are the others
     * @param procs the cgroup manager's open {@code tasks} or {@code cgroup.procs}
     * @param group the directory of the v2 group to be born in, if the plan needs it
     * @param stdio the container's ends of its standard streams; fewer than three with a terminal
     */
    static SlotDescriptors open(List<SlotSource> slots, Fd root, List<Fd> procs, @Nullable Fd group, List<Fd> stdio) {
        SlotDescriptors made = new SlotDescriptors();
        try {
            slots.forEach(slot -> made.add(slot, root, procs, group, stdio));
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    List<Fd> inOrder() {
        return List.copyOf(inOrder);
    }

    private void add(SlotSource slot, Fd root, List<Fd> procs, @Nullable Fd group, List<Fd> stdio) {
        if (slot instanceof SlotSource.RootFilesystem) {
            inOrder.add(root);
        } else if (slot instanceof SlotSource.CgroupProcs c) {
            inOrder.add(procs.get(c.index()));
        } else if (slot instanceof SlotSource.CgroupDirectory) {
            if (group == null) {
                throw EngineException.internal("the plan wants a cgroup that was not given", null);
            }
            inOrder.add(group);
        } else if (slot instanceof SlotSource.Stdio s) {
            inOrder.add(stdio.get(s.descriptor()));
        } else if (slot instanceof SlotSource.NamespacePath n) {
            own(namespace(n.type(), n.path()));
        } else if (slot instanceof SlotSource.Tree t) {
            own(tree(t.path(), t.recursive()));
        }
    }

    private void own(Fd fd) {
        opened.add(fd);
        inOrder.add(fd);
    }

    /** Opened only as a namespace: a path of another kind is refused before anything is joined. */
    private static Fd namespace(NamespaceType type, String path) {
        Fd fd;
        try {
            fd = Descriptors.open(path, Descriptors.O_RDONLY | Descriptors.O_NONBLOCK | Descriptors.O_NOCTTY);
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ESRCH) {
                throw new EngineException(
                        EngineException.Kind.NOT_FOUND,
                        "the " + type.file() + " namespace " + path + " does not exist any more",
                        e);
            }
            throw e;
        }
        try {
            if (Namespaces.typeOf(fd) != type) {
                throw EngineException.invalid(path + " is no " + type.file() + " namespace");
            }
            return fd;
        } catch (RuntimeException e) {
            fd.close();
            throw e instanceof KernelException k && k.errno() == Errno.ENOTTY
                    ? EngineException.invalid(path + " is no namespace")
                    : e;
        }
    }

    private static Fd tree(String path, boolean recursive) {
        try {
            return Mounts.openTree(Fd.CWD, path, Mounts.OPEN_TREE_CLONE | (recursive ? Nodes.AT_RECURSIVE : 0));
        } catch (KernelException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                throw new EngineException(
                        EngineException.Kind.INVALID,
                        "invalid mount config for type \"bind\": bind source path does not exist: " + path,
                        e);
            }
            throw e;
        }
    }

    @Override
    public void close() {
        opened.forEach(Fd::close);
    }
}

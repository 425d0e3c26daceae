package dev.felucca.initplan;

import dev.felucca.door.NamespaceType;

/**
 * What descriptor belongs into a slot of a compiled plan. The backend opens it and sends it; the compiler itself opens nothing.
 */
public sealed interface SlotSource {
    /** In words, for {@code explain}. */
    String words();

    /** The detached mount of the root filesystem. */
    record RootFilesystem() implements SlotSource {
        @Override
        public String words() {
            return "root filesystem";
        }
    }

    /**
     * A namespace to join, opened at its path.
     *
     * @param path such as {@code /run/felucca/ns/ID/net} or {@code /proc/PID/ns/net}
     */
    record NamespacePath(NamespaceType type, String path) implements SlotSource {
        @Override
        public String words() {
            return path;
        }
    }

    /**
     * A detached clone of a tree of the host: {@code open_tree(2)} with OPEN_TREE_CLONE.
     *
     * @param path on the host
     * @param recursive whether with what is mounted below it (AT_RECURSIVE)
     */
    record Tree(String path, boolean recursive) implements SlotSource {
        @Override
        public String words() {
            return path;
        }
    }

    /** The directory of a v2 group to be born in. */
    record CgroupDirectory() implements SlotSource {
        @Override
        public String words() {
            return "v2 cgroup";
        }
    }

    /** An open {@code cgroup.procs} or {@code tasks}, the {@code index}-th that the cgroup manager gave. */
    record CgroupProcs(int index) implements SlotSource {
        @Override
        public String words() {
            return "cgroup.procs " + index;
        }
    }

    /** The container's end of standard input (0), output (1) or error (2). */
    record Stdio(int descriptor) implements SlotSource {
        @Override
        public String words() {
            return descriptor == 0 ? "standard input" : descriptor == 1 ? "standard output" : "standard error";
        }
    }
}

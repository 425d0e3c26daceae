package dev.felucca.door;

import dev.felucca.door.internal.LibC;
import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts a program as a child of this process: posix_spawn(3). The child gets a clear signal mask, default dispositions,
 * exactly the environment given, and the descriptors given; others stay open only if they are not close-on-exec and
 * {@link #closeFrom} is not used. The caller reaps it ({@link Processes#wait}, or the monitor). The parent-death signal
 * is bound to the <em>thread</em> that starts it.
 */
public final class Spawn {
    private static final short SETSIGDEF = 0x04;
    private static final short SETSIGMASK = 0x08;
    private static final int SIGSET_BYTES = 128;

    private final String path;
    private final List<String> arguments;
    private final List<String> environment = new ArrayList<>();
    private final Map<Integer, Fd> descriptors = new LinkedHashMap<>();
    private int closeFrom = -1;

    private Spawn(String path, List<String> arguments) {
        this.path = path;
        this.arguments = List.copyOf(arguments);
    }

    /**
     * A program by its path; PATH is not searched.
     *
     * @param arguments argv, the name as which it is called first
     */
    public static Spawn of(String path, List<String> arguments) {
        return new Spawn(path, arguments);
    }

    public Spawn env(String name, String value) {
        environment.add(name + "=" + value);
        return this;
    }

    /** Gives the child this descriptor under this number (dup2, so without close-on-exec). */
    public Spawn fd(int number, Fd descriptor) {
        descriptors.put(number, descriptor);
        return this;
    }

    /** Closes all numbers from this one on in the child, before the program is executed. */
    public Spawn closeFrom(int number) {
        closeFrom = number;
        return this;
    }

    /** The new child's pid; a program that cannot be executed is reported here (ENOENT, EACCES, ENOEXEC). */
    public int start() {
        LibC c = Sys.C;
        Map<Integer, Fd> lifted = lift();
        try (Scratch s = Scratch.open()) {
            Mem actions = s.alloc(128);
            Mem attributes = s.alloc(512);
            Sys.checkReturned("posix_spawn", path, c.posix_spawn_file_actions_init(actions.address()));
            Sys.checkReturned("posix_spawn", path, c.posix_spawnattr_init(attributes.address()));
            try {
                lifted.forEach((number, fd) -> Sys.checkReturned(
                        "posix_spawn dup2",
                        fd.description(),
                        c.posix_spawn_file_actions_adddup2(actions.address(), fd.number(), number)));
                if (closeFrom >= 0) {
                    Sys.checkReturned(
                            "posix_spawn closefrom",
                            path,
                            c.posix_spawn_file_actions_addclosefrom_np(actions.address(), closeFrom));
                }
                resetSignals(s, attributes);
                Mem pid = s.alloc(4);
                Sys.checkReturned(
                        "posix_spawn",
                        path,
                        c.posix_spawn(
                                pid.address(),
                                s.string(path),
                                actions.address(),
                                attributes.address(),
                                s.strings(arguments),
                                s.strings(environment),
                                0));
                return pid.getInt(0);
            } finally {
                c.posix_spawn_file_actions_destroy(actions.address());
                c.posix_spawnattr_destroy(attributes.address());
            }
        } finally {
            lifted.forEach((number, fd) -> {
                if (fd != descriptors.get(number)) {
                    fd.close();
                }
            });
        }
    }

    private static void resetSignals(Scratch s, Mem attributes) {
        Mem none = s.alloc(SIGSET_BYTES);
        Mem all = s.alloc(SIGSET_BYTES);
        for (int i = 0; i < 8; i++) {
            all.putByte(i, 0xFF);
        }
        LibC c = Sys.C;
        Sys.checkReturned(
                "posix_spawnattr_setsigmask", "", c.posix_spawnattr_setsigmask(attributes.address(), none.address()));
        Sys.checkReturned(
                "posix_spawnattr_setsigdefault",
                "",
                c.posix_spawnattr_setsigdefault(attributes.address(), all.address()));
        Sys.checkReturned("posix_spawnattr_setflags", "", c.posix_spawnattr_setflags(attributes.address(), (short)
                (SETSIGDEF | SETSIGMASK)));
    }

    /** Sources that are themselves the target of an earlier dup2 are copied to a number out of the way. */
    private Map<Integer, Fd> lift() {
        Map<Integer, Fd> lifted = new LinkedHashMap<>();
        descriptors.forEach((number, fd) -> {
            boolean clash = descriptors.containsKey(fd.number()) && fd.number() != number;
            lifted.put(number, clash ? duplicateAbove(fd) : fd);
        });
        return lifted;
    }

    private Fd duplicateAbove(Fd fd) {
        int free =
                descriptors.keySet().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
        long r = Sys.raw(dev.felucca.door.internal.Nr.FCNTL, fd.number(), Descriptors.F_DUPFD_CLOEXEC, free);
        return Sys.fd("fcntl F_DUPFD_CLOEXEC", fd.description(), r);
    }
}

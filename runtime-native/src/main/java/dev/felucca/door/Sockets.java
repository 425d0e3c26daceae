package dev.felucca.door;

import dev.felucca.api.EngineException;
import dev.felucca.door.internal.CStrings;
import dev.felucca.door.internal.Mem;
import dev.felucca.door.internal.Nr;
import dev.felucca.door.internal.Scratch;
import dev.felucca.door.internal.Sys;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Unix sockets (unix(7)): pairs, paths of any length, descriptors and credentials in messages. Sending never raises
 * SIGPIPE; EPIPE and ECONNRESET are failures as any other.
 */
public final class Sockets {
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_SEQPACKET = 5;
    public static final int SOCK_NONBLOCK = Descriptors.O_NONBLOCK;
    public static final int MSG_DONTWAIT = 0x40;

    /** How many descriptors one message can carry (SCM_MAX_FD). */
    public static final int MAX_DESCRIPTORS = 253;

    private static final int AF_UNIX = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int SCM_CREDENTIALS = 2;
    private static final int SO_PASSCRED = 16;
    private static final int SO_PEERCRED = 17;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int MSG_CTRUNC = 8;
    private static final int MSG_TRUNC = 0x20;
    private static final int SUN_PATH = 108;

    private Sockets() {}

    /** Who is at the other end, as the kernel knows it. */
    public record Credentials(int pid, int uid, int gid) {}

    /** Two connected sockets. */
    public record Pair(Fd first, Fd second) implements AutoCloseable {
        @Override
        public void close() {
            first.close();
            second.close();
        }
    }

    /** type: SOCK_STREAM or SOCK_SEQPACKET, with SOCK_NONBLOCK if wanted for both ends. */
    public static Pair pair(int type) {
        try (Scratch s = Scratch.open()) {
            Mem fds = s.alloc(8);
            Sys.check("socketpair", "", Sys.raw(Nr.SOCKETPAIR, AF_UNIX, type | SOCK_CLOEXEC, 0, fds.address()));
            return new Pair(
                    Fd.own(fds.getInt(0), "socket pair, first end"), Fd.own(fds.getInt(4), "socket pair, second end"));
        }
    }

    /** A listening socket at a path; EADDRINUSE if there is a file. Paths may be longer than a socket address is. */
    public static Fd listen(Path path, int type, int backlog) {
        Fd socket = socket(type, path);
        try {
            withAddress(
                    path,
                    (address, length) ->
                            Sys.check("bind", path.toString(), Sys.raw(Nr.BIND, socket.number(), address, length)));
            Sys.check("listen", socket, Sys.raw(Nr.LISTEN, socket.number(), backlog));
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    public static Fd connect(Path path, int type) {
        Fd socket = socket(type, path);
        try {
            withAddress(
                    path,
                    (address, length) -> Sys.check(
                            "connect", path.toString(), Sys.raw(Nr.CONNECT, socket.number(), address, length)));
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static Fd socket(int type, Path path) {
        return Sys.fd("socket", "socket " + path, Sys.raw(Nr.SOCKET, AF_UNIX, type | SOCK_CLOEXEC, 0));
    }

    private interface AddressUse {
        void with(long address, int length);
    }

    /** An address holds 107 bytes of path, so a longer one goes through the descriptor of its directory. */
    private static void withAddress(Path path, AddressUse use) {
        byte[] bytes = CStrings.encode(path.toString());
        if (bytes.length < SUN_PATH) {
            withAddress(bytes, use);
            return;
        }
        Path parent = path.toAbsolutePath().getParent();
        Path name = path.getFileName();
        if (parent == null || name == null) {
            throw EngineException.invalid("\"" + path + "\" cannot be a socket's path");
        }
        try (Fd dir = Descriptors.open(parent.toString(), Descriptors.O_PATH | Descriptors.O_DIRECTORY)) {
            byte[] shorter = CStrings.encode(dir.procPath() + "/" + name);
            if (shorter.length >= SUN_PATH) {
                throw EngineException.invalid("the name of the socket \"" + name + "\" is too long");
            }
            withAddress(shorter, use);
        }
    }

    private static void withAddress(byte[] path, AddressUse use) {
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(2 + SUN_PATH).putShort(0, AF_UNIX).put(2, path);
            use.with(m.address(), 2 + path.length + 1);
        }
    }

    /** The next connection; waits for it on a blocking socket. */
    public static Fd accept(Fd listening) {
        long r = Sys.raw(Nr.ACCEPT4, listening.number(), 0, 0, SOCK_CLOEXEC);
        return Sys.fd("accept", "connection of " + listening.description(), r);
    }

    /** shutdown(2): 0 no more reading, 1 no more writing, 2 both. */
    public static void shutdown(Fd socket, int how) {
        Sys.check("shutdown", socket, Sys.raw(Nr.SHUTDOWN, socket.number(), how));
    }

    /** Who connected or listened (SO_PEERCRED). */
    public static Credentials peer(Fd socket) {
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(12);
            Mem length = s.alloc(4).putInt(0, 12);
            long r = Sys.raw(Nr.GETSOCKOPT, socket.number(), SOL_SOCKET, SO_PEERCRED, m.address(), length.address());
            Sys.check("getsockopt SO_PEERCRED", socket, r);
            return new Credentials(m.getInt(0), m.getInt(4), m.getInt(8));
        }
    }

    /** Whether messages that are received carry the sender's credentials. */
    public static void passCredentials(Fd socket, boolean on) {
        setOption(socket, SOL_SOCKET, SO_PASSCRED, on ? 1 : 0);
    }

    /** setsockopt(2) with an int. */
    public static void setOption(Fd socket, int level, int option, int value) {
        try (Scratch s = Scratch.open()) {
            Mem m = s.alloc(4).putInt(0, value);
            Sys.check(
                    "setsockopt " + level + ":" + option,
                    socket,
                    Sys.raw(Nr.SETSOCKOPT, socket.number(), level, option, m.address(), 4));
        }
    }

    /** Sends bytes with descriptors, which stay the caller's; the number of bytes that went. */
    public static int send(Fd socket, byte[] data, List<Fd> descriptors) {
        return send(socket, data, descriptors, null, 0);
    }

    /**
     * sendmsg(2).
     *
     * @param data at least one byte on a stream socket, or descriptors would not travel
     * @param credentials what to claim (a privileged process may claim others' ids), or null
     * @param flags MSG_DONTWAIT
     */
    public static int send(Fd socket, byte[] data, List<Fd> descriptors, @Nullable Credentials credentials, int flags) {
        if (descriptors.size() > MAX_DESCRIPTORS) {
            throw EngineException.invalid(descriptors.size() + " descriptors in a message, at most " + MAX_DESCRIPTORS);
        }
        try (Scratch s = Scratch.open()) {
            int rights = descriptors.isEmpty() ? 0 : space(descriptors.size() * 4);
            Mem control = s.alloc(rights + (credentials == null ? 0 : space(12)));
            if (rights > 0) {
                header(control, 0, descriptors.size() * 4, SCM_RIGHTS);
                for (int i = 0; i < descriptors.size(); i++) {
                    control.putInt(16 + i * 4, descriptors.get(i).number());
                }
            }
            if (credentials != null) {
                header(control, rights, 12, SCM_CREDENTIALS);
                control.putInt(rights + 16, credentials.pid());
                control.putInt(rights + 20, credentials.uid());
                control.putInt(rights + 24, credentials.gid());
            }
            Mem message = message(s, s.bytes(data), control);
            long r = Sys.raw(Nr.SENDMSG, socket.number(), message.address(), flags | MSG_NOSIGNAL);
            return (int) Sys.check("sendmsg", socket, r);
        }
    }

    private static int space(int bytes) {
        return 16 + ((bytes + 7) & ~7);
    }

    private static void header(Mem control, int at, int bytes, int type) {
        control.putLong(at, 16L + bytes).putInt(at + 8, SOL_SOCKET).putInt(at + 12, type);
    }

    private static Mem message(Scratch s, Mem data, Mem control) {
        Mem iov = s.alloc(16).putLong(0, data.address()).putLong(8, data.size());
        return s.alloc(56)
                .putLong(16, iov.address())
                .putLong(24, 1)
                .putLong(32, control.address())
                .putLong(40, control.size());
    }

    /** Receives one message of at most {@code max} bytes; waits for it on a blocking socket. */
    public static Message receive(Fd socket, int max) {
        return receive(socket, max, 0).orElseThrow(() -> Sys.failure("recvmsg", socket.description(), Errno.EAGAIN));
    }

    /**
     * recvmsg(2).
     *
     * @param flags MSG_DONTWAIT
     * @return empty if there is nothing now and the socket or the flags say not to wait
     */
    public static Optional<Message> receive(Fd socket, int max, int flags) {
        try (Scratch s = Scratch.open()) {
            Mem data = s.large(max);
            Mem control = s.alloc(space(MAX_DESCRIPTORS * 4) + space(12));
            Mem message = message(s, data, control);
            long r = Sys.raw(Nr.RECVMSG, socket.number(), message.address(), flags | MSG_CMSG_CLOEXEC);
            if (r == -Errno.EAGAIN) {
                return Optional.empty();
            }
            int n = (int) Sys.check("recvmsg", socket, r);
            List<Fd> fds = new ArrayList<>(0);
            Credentials sender = parse(control, (int) message.getLong(40), socket, fds);
            boolean truncated = (message.getInt(48) & (MSG_TRUNC | MSG_CTRUNC)) != 0;
            ByteBuffer bytes = ByteBuffer.wrap(data.get(0, n)).asReadOnlyBuffer();
            return Optional.of(new Message(bytes, List.copyOf(fds), Optional.ofNullable(sender), truncated));
        }
    }

    private static @Nullable Credentials parse(Mem control, int length, Fd socket, List<Fd> fds) {
        Credentials sender = null;
        for (int at = 0; at + 16 <= length; ) {
            int bytes = (int) control.getLong(at) - 16;
            int type = control.getInt(at + 12);
            if (type == SCM_RIGHTS) {
                for (int i = 0; i < bytes / 4; i++) {
                    fds.add(Fd.own(control.getInt(at + 16 + i * 4), "received over " + socket.description()));
                }
            } else if (type == SCM_CREDENTIALS) {
                sender = new Credentials(control.getInt(at + 16), control.getInt(at + 20), control.getInt(at + 24));
            }
            at += space(bytes);
        }
        return sender;
    }
}

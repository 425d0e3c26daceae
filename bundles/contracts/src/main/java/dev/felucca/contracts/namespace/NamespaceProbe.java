package dev.felucca.contracts.namespace;

import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.LinuxTimeOffset;
import dev.felucca.door.Fd;
import dev.felucca.door.NamespaceType;
import dev.felucca.door.Namespaces;
import dev.felucca.door.Netlink;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A shell that is pid 1 of the namespaces that a strategy's entries name: nsenter(1) joins those with a path, unshare(1)
 * makes the others. It answers one command a line, until it is closed.
 */
final class NamespaceProbe implements AutoCloseable {
    private static final String END = "--end--";

    private final Process outer;
    private final BufferedReader out;
    private final PrintWriter in;
    private final long pid;

    NamespaceProbe(List<LinuxNamespace> entries, Map<String, LinuxTimeOffset> offsets) {
        List<String> command = new ArrayList<>();
        if (entries.stream().anyMatch(e -> e.path() != null)) {
            command.add("nsenter");
            entries.stream()
                    .filter(e -> e.path() != null)
                    .forEach(e -> command.add("--" + option(e.type()) + "=" + e.path()));
            command.add("--");
        }
        command.add("unshare");
        command.add("--fork");
        command.add("--kill-child");
        for (LinuxNamespace e : entries) {
            if (e.path() == null) {
                command.add("--" + option(e.type()));
                if (e.type() == LinuxNamespaceType.TIME) {
                    offsets.forEach((clock, offset) -> {
                        command.add("--" + clock);
                        command.add("" + offset.secs());
                    });
                }
            }
        }
        command.add("sh");
        try {
            outer = new ProcessBuilder(command).redirectErrorStream(true).start();
            out = outer.inputReader(StandardCharsets.UTF_8);
            in = new PrintWriter(new OutputStreamWriter(outer.getOutputStream(), StandardCharsets.UTF_8), true);
            ask("true");
            pid = shell(outer.pid());
            if (entries.contains(LinuxNamespace.of(LinuxNamespaceType.NETWORK))) {
                // As a backend does for what it makes itself.
                try (Fd network = Namespaces.of((int) pid, NamespaceType.NETWORK)) {
                    Netlink.loopbackUp(network);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String option(LinuxNamespaceType type) {
        return switch (type) {
            case NETWORK -> "net";
            case MOUNT -> "mount";
            default -> type.specName();
        };
    }

    /** The innermost child: unshare, and nsenter when it joins a pid namespace, fork. */
    private static long shell(long pid) throws IOException {
        String children = Files.readString(Path.of("/proc/" + pid + "/task/" + pid + "/children"))
                .strip();
        return children.isEmpty() ? pid : shell(Long.parseLong(children.split(" ")[0]));
    }

    /** The shell's pid on the host. */
    int pid() {
        return (int) pid;
    }

    /** What a command prints, inside. */
    String ask(String command) {
        in.println(command + "; echo " + END);
        StringBuilder answer = new StringBuilder();
        try {
            for (String line = out.readLine(); !END.equals(line); line = out.readLine()) {
                if (line == null) {
                    throw new IllegalStateException("the probe ended: " + answer);
                }
                answer.append(line).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return answer.toString().strip();
    }

    /** Which namespace the shell is in, as the kernel names it: {@code net:[4026531840]}. */
    String namespace(LinuxNamespaceType type) {
        return identity("/proc/" + pid + "/ns/" + type.procName());
    }

    static String own(LinuxNamespaceType type) {
        return identity("/proc/self/ns/" + type.procName());
    }

    private static String identity(String link) {
        try {
            return Files.readSymbolicLink(Path.of(link)).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether 127.0.0.1 is a local address there: the kernel adds it when the loopback comes up. */
    boolean loopbackIsUp() {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/net/fib_trie")).contains("127.0.0.1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        in.close();
        try {
            outer.waitFor();
        } catch (InterruptedException e) {
            outer.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

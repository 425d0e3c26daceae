package dev.felucca.exec.shim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.felucca.api.EngineException;
import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Errno;
import dev.felucca.door.Fd;
import dev.felucca.door.Processes;
import dev.felucca.door.shim.ShimLink;
import dev.felucca.exec.shim.OciDirectories.Bundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a runtime's subcommands in the container's shim, which is the parent of what they leave. A command that does not end in time
 * is killed with all that it started.
 */
record OciCommand(OciDefinition runtime, Bundle bundle, ShimLink link) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> ENVIRONMENT =
            List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    private static final Duration KILLED = Duration.ofSeconds(5);
    private static final int SAID = 4096;

    /** How a command failed. */
    static final class Failure extends EngineException {
        private final String said;

        Failure(Kind kind, String message, String said) {
            super(kind, message);
            this.said = said;
        }

        /** The runtime's own words; empty if it said nothing. */
        String said() {
            return said;
        }
    }

    /** Runs it with nothing to read, and what it prints kept: that. */
    String run(Duration limit, String subcommand, String... arguments) {
        List<String> all = new ArrayList<>(List.of(subcommand));
        all.addAll(List.of(arguments));
        Path output = bundle.file("output", new byte[0]);
        try (Fd nothing = Descriptors.open("/dev/null", Descriptors.O_RDONLY);
                Fd out = Descriptors.open(output.toString(), Descriptors.O_WRONLY | Descriptors.O_APPEND)) {
            run(limit, all, List.of(nothing, out, out), () -> Bundle.read(output));
            return Bundle.read(output);
        } finally {
            Bundle.drop(output);
        }
    }

    /** What a command printed, for when its log is silent. */
    @FunctionalInterface
    interface Printed {
        String text();
    }

    /**
     * Runs it with these three descriptors, which are lent.
     *
     * @throws Failure if it failed, or did not end in time
     */
    void run(Duration limit, List<String> command, List<Fd> stdio, Printed printed) {
        Path log = bundle.file("log", new byte[0]);
        try {
            ShimLink.Run run;
            try {
                run = link.run(runtime.program().toString(), line(log, command), ENVIRONMENT, stdio);
            } catch (KernelException e) {
                throw unable(e);
            }
            try (Fd pidfd = run.pidfd()) {
                int status = end(limit, command.get(0), run, pidfd);
                if (status != 0) {
                    throw failure(command.get(0), status, words(Bundle.read(log), printed));
                }
            }
        } finally {
            Bundle.drop(log);
        }
    }

    private List<String> line(Path log, List<String> command) {
        List<String> line = new ArrayList<>(List.of(runtime.program().toString()));
        line.addAll(List.of("--root", bundle.state().toString(), "--log", log.toString(), "--log-format", "json"));
        line.addAll(runtime.arguments());
        line.addAll(command);
        return line;
    }

    private EngineException unable(KernelException e) {
        String why =
                switch (e.errno()) {
                    case Errno.ENOENT, Errno.ENOTDIR ->
                        " is not there; install it, or set \"path\" in the section \"exec.runtime~" + runtime.name()
                                + "\" of the configuration";
                    case Errno.EACCES, Errno.EPERM -> " may not be executed; look at its mode and its file system";
                    case Errno.ENOEXEC -> " is no program for this machine";
                    default -> " cannot be executed: " + Errno.describe(e.errno());
                };
        return new EngineException(
                EngineException.Kind.UNAVAILABLE, "runtime " + runtime.name() + ": " + runtime.program() + why, e);
    }

    private int end(Duration limit, String subcommand, ShimLink.Run run, Fd pidfd) {
        try {
            return link.await(run.end(), limit);
        } catch (EngineException e) {
            if (run.end().isDone()) {
                throw e;
            }
            kill(run.pid(), pidfd);
            link.await(run.end(), KILLED);
            throw new Failure(
                    EngineException.Kind.UNAVAILABLE,
                    "runtime " + runtime.name() + ": " + subcommand + " did not end within " + limit.toMillis() / 1000.0
                            + " s and was killed",
                    "");
        }
    }

    /** First what it waits for perhaps, so that it does not go on at the last moment. */
    private static void kill(int pid, Fd pidfd) {
        ProcessHandle.of(pid).ifPresent(p -> p.descendants().forEach(ProcessHandle::destroyForcibly));
        try {
            Processes.sendSignal(pidfd, Processes.SIGKILL);
        } catch (KernelException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    private Failure failure(String subcommand, int status, String said) {
        int signal = status & 0x7f;
        String how = signal != 0 ? "was ended by signal " + signal : "ended with status " + (status >> 8 & 0xff);
        String text = said.isEmpty() ? subcommand + " " + how + " and said nothing" : subcommand + ": " + said;
        return new Failure(
                signal != 0 ? EngineException.Kind.UNAVAILABLE : EngineException.Kind.KERNEL,
                "runtime " + runtime.name() + ": " + text + (signal != 0 && !said.isEmpty() ? " (it " + how + ")" : ""),
                said);
    }

    /** The last error of its log, or else the last line that it printed. */
    private static String words(String log, Printed printed) {
        String found = "";
        for (String line : log.split("\n")) {
            try {
                JsonNode entry = JSON.readTree(line);
                if (entry != null && entry.path("level").asText().matches("error|fatal|panic")) {
                    found = entry.path("msg").asText();
                }
            } catch (JsonProcessingException e) {
                // a line that is none of its log's, or that it did not come to the end of: what it printed is left
            }
        }
        return found.isEmpty() ? lastLine(printed.text()) : found;
    }

    private static String lastLine(String text) {
        String whole = text.strip();
        return whole.substring(whole.lastIndexOf('\n') + 1).strip();
    }

    /** What is in a pipe now. */
    static String waiting(Fd reader) {
        Descriptors.setNonblocking(reader, true);
        java.nio.ByteBuffer into = java.nio.ByteBuffer.allocateDirect(SAID);
        int n = Descriptors.tryRead(reader, into);
        if (n <= 0) {
            return "";
        }
        byte[] bytes = new byte[n];
        into.rewind();
        into.get(bytes);
        return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
    }
}

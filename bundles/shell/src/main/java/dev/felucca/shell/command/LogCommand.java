package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStreams.LogOptions;
import dev.felucca.api.container.ContainerStreams.LogSink;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.json.ApiJson;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.values.Sizes;
import dev.felucca.shell.values.Times;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code logs}: the log to the caller's stdout and stderr, as they were written. */
final class LogCommand {
    private LogCommand() {}

    static void run(Call call) {
        Arguments a = call.arguments();
        Instant now = call.now();
        int tail = tail(a);
        Instant since = a.convertLate("since", s -> Times.instant(s, now));
        Instant until = a.convertLate("until", s -> Times.instant(s, now));
        ContainerInfo info = call.engine().views().get(a.operand(0));
        Writer writer = new Writer(call.out(), call.err(), a.flag("timestamps"));
        var options = new LogOptions(a.flag("follow"), tail, since, until);
        try (var reading = call.engine().streams().logs(info.id(), options, writer)) {
            call.await(writer.end);
        }
    }

    private static int tail(Arguments a) {
        String text = a.value("tail", "all");
        if (text.equals("all")) return -1;
        try {
            return (int) Math.max(-1, Math.min(Integer.MAX_VALUE, Sizes.integer(text)));
        } catch (EngineException e) {
            throw a.invalid("tail", text, "give a number of lines, or all");
        }
    }

    private static final class Writer implements LogSink {
        private final PrintStream out;
        private final PrintStream err;
        private final boolean times;
        private final Set<StreamKind> inLine = EnumSet.noneOf(StreamKind.class);
        final CompletableFuture<Boolean> end = new CompletableFuture<>();

        Writer(PrintStream out, PrintStream err, boolean times) {
            this.out = out;
            this.err = err;
            this.times = times;
        }

        @Override
        public void entry(Instant time, StreamKind stream, byte[] line) {
            PrintStream to = stream == StreamKind.STDERR ? err : out;
            // a piece of a long line gets no time of its own
            if (times && !inLine.contains(stream)) {
                byte[] stamp = (ApiJson.nineDigits(time) + " ").getBytes(StandardCharsets.US_ASCII);
                to.write(stamp, 0, stamp.length);
            }
            to.write(line, 0, line.length);
            to.flush();
            if (line.length > 0 && line[line.length - 1] == '\n') inLine.remove(stream);
            else inLine.add(stream);
        }

        @Override
        public void end(@Nullable Throwable failure) {
            if (failure == null) end.complete(true);
            else end.completeExceptionally(failure);
        }
    }
}

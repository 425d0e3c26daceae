package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerInfo;
import dev.felucca.api.container.ContainerStats;
import dev.felucca.shell.format.Listing;
import dev.felucca.shell.format.StatsRows;
import dev.felucca.shell.options.Arguments;
import dev.felucca.shell.options.Syntax;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code stats}: a table each second until the caller leaves, or one of two samples a second apart. */
final class StatsCommand {
    private static final long PERIOD_SECONDS = 1;
    private static final String CLEAR = "\033[2J\033[H";

    private StatsCommand() {}

    static Syntax.Builder syntax() {
        return Syntax.of("stats", "[CONTAINER...]", "Show what containers use of processors, memory, network and disks")
                .flag("-a, --all", "Show all, not only running ones")
                .flag("--no-stream", "Show it once")
                .flag("--no-trunc", "Show ids in full")
                .value("--format", "template", "table, json, or a template such as '{{.Name}} {{.CPUPerc}}'")
                .operands(0, -1);
    }

    static void run(Call call) throws InterruptedException, IOException {
        Arguments a = call.arguments();
        long memory = InfoCommand.memory();
        boolean screen = !a.flag("no-stream") && call.terminal().stdoutIsTty();
        CountDownLatch left = new CountDownLatch(1);
        try (var gone = call.terminal().onHangup(left::countDown)) {
            Map<String, ContainerStats> before = samples(call, chosen(call));
            while (!left.await(PERIOD_SECONDS, TimeUnit.SECONDS)) {
                List<ContainerInfo> all = chosen(call);
                Map<String, ContainerStats> now = samples(call, all);
                Listing listing = new Listing(StatsRows.headers(), StatsRows.COLUMNS);
                for (ContainerInfo c : all)
                    listing.add(StatsRows.row(c, a.flag("no-trunc"), now.get(c.id()), before.get(c.id()), memory));
                if (screen) call.out().print(CLEAR);
                call.print(listing);
                call.out().flush();
                if (a.flag("no-stream")) return;
                before = now;
            }
        }
    }

    private static List<ContainerInfo> chosen(Call call) {
        Arguments a = call.arguments();
        if (!a.operands().isEmpty())
            return a.operands().stream().map(call.engine().views()::get).toList();
        return call.engine().views().list().stream()
                .filter(c -> a.flag("all") || c.state().isRunning())
                .toList();
    }

    private static Map<String, ContainerStats> samples(Call call, List<ContainerInfo> containers) {
        Map<String, ContainerStats> all = new HashMap<>();
        for (ContainerInfo c : containers) {
            ContainerStats sample = sample(call, c.id());
            if (sample != null) all.put(c.id(), sample);
        }
        return all;
    }

    /** Null for one that does not run, or is gone since. */
    private static @Nullable ContainerStats sample(Call call, String id) {
        try {
            return call.engine().views().stats(id);
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.CONFLICT || e.kind() == EngineException.Kind.NOT_FOUND) return null;
            throw e;
        }
    }
}

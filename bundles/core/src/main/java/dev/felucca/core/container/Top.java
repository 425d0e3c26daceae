package dev.felucca.core.container;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.ContainerViews.ProcessTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The host's ps, narrowed to a container's processes. */
final class Top {
    private Top() {}

    static ProcessTable of(List<Integer> pids, List<String> arguments) {
        List<String> asked = arguments.isEmpty() ? List.of("-ef") : arguments;
        for (String a : asked) {
            if (a.toLowerCase(java.util.Locale.ROOT).matches("(-o)?[^=]*pid[^=]*=.*|.*,?pid=.*")) {
                throw EngineException.invalid(
                        "ps argument \"" + a + "\" renames a column, and the column PID is needed; leave the = away");
            }
        }
        // with -q ps looks at these only; some options exclude it
        String list = pids.stream().map(String::valueOf).collect(Collectors.joining(","));
        List<String> narrow = new ArrayList<>(asked);
        narrow.add("-q" + list);
        Optional<String> output = run(narrow).good();
        return parse(output.isPresent() ? output.get() : run(asked).orThrow(), new TreeSet<>(pids));
    }

    private record Answer(int code, String out, String err) {
        Optional<String> good() {
            return code == 0 ? Optional.of(out) : Optional.empty();
        }

        String orThrow() {
            return good().orElseThrow(() -> EngineException.invalid(
                    "Error running ps: " + (err.isBlank() ? "it ended with status " + code : err.strip())));
        }
    }

    private static Answer run(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("ps"));
        command.addAll(arguments);
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().put("LC_ALL", "C");
            Process ps = builder.redirectErrorStream(false).start();
            ps.getOutputStream().close();
            // what ps says of an error fits a pipe
            String out = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String err = new String(ps.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(ps.waitFor(), out, err);
        } catch (IOException e) {
            throw new EngineException(
                    EngineException.Kind.UNSUPPORTED,
                    "processes are listed by this host's ps, and it cannot be run: " + e.getMessage()
                            + "; on Debian, install the package procps",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw EngineException.unavailable("interrupted while ps was running");
        }
    }

    static ProcessTable parse(String output, Set<Integer> pids) {
        List<String> lines = output.lines().filter(l -> !l.isBlank()).toList();
        if (lines.isEmpty()) {
            throw EngineException.invalid("ps printed nothing");
        }
        List<String> titles = List.of(lines.get(0).strip().split("\\s+"));
        int column = titles.indexOf("PID");
        if (column < 0) {
            throw EngineException.invalid("Couldn't find PID field in ps output");
        }
        List<List<String>> rows = new ArrayList<>();
        boolean ours = false;
        for (String line : lines.subList(1, lines.size())) {
            // the last column may have blanks
            List<String> fields = Arrays.asList(line.strip().split("\\s+", titles.size()));
            if (fields.size() <= column) {
                continue;
            }
            String pid = fields.get(column);
            // "-" stands for a thread of the process above
            ours = pid.equals("-") ? ours : pid.matches("\\d{1,9}") && pids.contains(Integer.valueOf(pid));
            if (ours) {
                rows.add(List.copyOf(fields));
            }
        }
        return new ProcessTable(titles, rows);
    }
}

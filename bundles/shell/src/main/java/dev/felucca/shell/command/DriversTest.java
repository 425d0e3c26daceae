package dev.felucca.shell.command;

import dev.felucca.api.EngineException;
import dev.felucca.api.driver.Driver;
import dev.felucca.api.driver.DriverInfo;
import dev.felucca.api.driver.DriverKind;
import dev.felucca.shell.format.Human;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code drivers test}: a short life of a container with every combination of the drivers that are there, on the user's own host.
 * What a driver says it cannot do here is listed as such and is no failure; the exit status is 1 if anything failed.
 */
final class DriversTest {
    private static final String ROW = "%-10s %-10s %-10s %-10s %s%n";

    private static final Set<DriverKind> KINDS =
            Set.of(DriverKind.STORAGE, DriverKind.CGROUP, DriverKind.NAMESPACE, DriverKind.EXEC);

    /** What a container is made with. */
    record Combination(String storage, String cgroup, String namespace, String runtime) {
        @Override
        public String toString() {
            return String.join("/", storage, cgroup, namespace, runtime);
        }
    }

    private DriversTest() {}

    static void run(Call call) {
        List<DriverInfo> drivers = call.engine().drivers().list();
        Map<String, String> away = away(drivers);
        away.forEach((what, why) -> call.out().println("not possible here: " + what + ": " + why));
        List<Combination> all = combinations(drivers, away.keySet());
        if (all.isEmpty()) throw EngineException.unavailable("there is no driver of some kind; see `felucca drivers`");
        call.out().printf(ROW, "STORAGE", "CGROUP", "NAMESPACE", "RUNTIME", "RESULT");
        int passed = 0;
        int failed = 0;
        int impossible = 0;
        for (Combination c : all) {
            String result;
            long began = System.nanoTime();
            try {
                new ShortLife(call, c).live();
                passed++;
                result = "passed in " + Human.nanos(System.nanoTime() - began);
            } catch (Call.CallerGoneException e) {
                throw e;
            } catch (EngineException e) {
                if (e.kind() == EngineException.Kind.UNSUPPORTED) {
                    impossible++;
                    result = "not possible here: " + e.message();
                } else {
                    failed++;
                    result = "FAILED: " + e.message();
                }
            }
            call.out().printf(ROW, c.storage, c.cgroup, c.namespace, c.runtime, result);
            call.out().flush();
        }
        call.out().printf("%d passed, %d failed, %d not possible here%n", passed, failed, impossible);
        call.exitCode(failed == 0 ? 0 : 1);
    }

    /** What cannot work on this host, and why; the name of a driver, or of a backend's runtime. */
    private static Map<String, String> away(List<DriverInfo> drivers) {
        Map<String, String> away = new LinkedHashMap<>();
        for (DriverInfo d : drivers) {
            if (!KINDS.contains(d.kind())) continue;
            String why = d.status().get(Driver.UNAVAILABLE);
            for (String choice : d.choices()) {
                String runtime = d.status().getOrDefault("Runtime " + choice, "");
                if (why != null) away.put(choice, why);
                else if (runtime.startsWith(Driver.UNAVAILABLE))
                    away.put(choice, runtime.substring(Driver.UNAVAILABLE.length() + 2));
            }
        }
        return away;
    }

    private static List<Combination> combinations(List<DriverInfo> drivers, Set<String> away) {
        List<Combination> all = new ArrayList<>();
        for (String storage : choices(drivers, DriverKind.STORAGE, away))
            for (String cgroup : choices(drivers, DriverKind.CGROUP, away))
                for (String namespace : choices(drivers, DriverKind.NAMESPACE, away))
                    for (String runtime : choices(drivers, DriverKind.EXEC, away))
                        all.add(new Combination(storage, cgroup, namespace, runtime));
        return all;
    }

    /** Two builds of a driver may be there at once; a name is tried once. */
    private static List<String> choices(List<DriverInfo> drivers, DriverKind kind, Set<String> away) {
        return drivers.stream()
                .filter(d -> d.kind() == kind)
                .flatMap(d -> d.choices().stream())
                .filter(name -> !away.contains(name))
                .distinct()
                .toList();
    }
}

package dev.felucca.shell.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.felucca.api.trace.TraceNode;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceColumnsTest {
    private static TraceNode step(String name, long at, long nanos, TraceNode... children) {
        return new TraceNode(name, at, nanos, List.of(children));
    }

    @Test
    void stepsStandBesideEachOtherWithWhoDidThem() {
        List<TraceNode> first = List.of(step(
                "start",
                0,
                9_000_000,
                step("create inprocess", 1000, 5_000_000, step("init: clone", 2_000_000, 1_000_000)),
                step("init: mount /proc", 3_000_000, 20_000),
                step("init: mount /dev", 3_020_000, 30_000),
                step("start", 6_000_000, 500_000)));
        List<TraceNode> second = List.of(
                step("start", 0, 40_000_000, step("runc: create", 5_000, 30_000_000)), step("exit", 0, 2_000_000));
        assertEquals(
                """
                a                                           b

                start  9.0ms                                start  40.0ms
                    +1µs  engine  create inprocess  5.0ms       +5µs  runc    create  30.0ms
                  +2.0ms  init      clone  1.0ms
                  +3.0ms  init    2 short steps  50µs
                  +6.0ms  engine  start  500µs

                exit  -                                     exit  2.0ms
                """
                        .stripTrailing(),
                String.join("\n", TraceColumns.beside("a", first, "b", second)));
    }
}

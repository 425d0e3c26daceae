package dev.felucca.door.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.KernelException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.Monitor;
import dev.felucca.door.Processes;
import dev.felucca.door.Spawn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorTest {
    @TempDir
    Path dir;

    private final MonitorComponent monitor = new MonitorComponent();

    @AfterEach
    void close() {
        monitor.close();
    }

    private static Spawn sh(String script) {
        return Spawn.of("/bin/sh", List.of("sh", "-c", script)).env("PATH", "/bin:/usr/bin");
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T t = queue.poll(20, TimeUnit.SECONDS);
        assertNotNull(t, "nothing came");
        return t;
    }

    @Test
    void reportsEachExitOnceAndReaps() throws Exception {
        BlockingQueue<Monitor.Exit> exits = new LinkedBlockingQueue<>();
        List<Integer> pids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int pid = sh("exit " + i).start();
            pids.add(pid);
            monitor.onExit("c" + i, pid, exits::add);
        }
        for (int i = 0; i < 60; i++) {
            Monitor.Exit e = next(exits);
            assertEquals(pids.indexOf(e.pid()), e.status().orElseThrow().code());
            assertFalse(Files.exists(Path.of("/proc/" + e.pid())), "a zombie is left");
        }
        assertNull(exits.poll(50, TimeUnit.MILLISECONDS));
    }

    @Test
    void endOfAProcessThatIsNoChildHasNoStatus() throws Exception {
        BlockingQueue<Monitor.Exit> exits = new LinkedBlockingQueue<>();
        try (var p = Descriptors.pipe(0)) {
            int parent = sh("sleep 600 >/dev/null & echo $!").fd(1, p.writer()).start();
            assertEquals(0, Processes.wait(parent).code());
            byte[] b = new byte[20];
            int pid =
                    Integer.parseInt(new String(b, 0, Descriptors.read(p.reader(), b), StandardCharsets.UTF_8).strip());
            monitor.onExit("k", pid, exits::add);
            Processes.kill(pid, Processes.SIGKILL);
            assertTrue(next(exits).status().isEmpty());
        }
    }

    @Test
    void closedWatchReapsNothing() throws Exception {
        int pid = sh("exec sleep 600").start();
        Monitor.Watch w = monitor.onExit("k", pid, e -> {});
        w.close();
        w.close();
        Processes.kill(pid, Processes.SIGKILL);
        assertEquals(9, Processes.wait(pid).signal());
        assertThrows(KernelException.class, () -> monitor.onExit("k", pid, e -> {}));
    }

    @Test
    void stuckListenersAndFloodsDelayNoExit() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        BlockingQueue<Monitor.Exit> exits = new LinkedBlockingQueue<>();
        List<Fd> flood = new ArrayList<>();
        List<Monitor.Watch> watches = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            // Always readable: listeners that read nothing are called again and again.
            Fd fd = Descriptors.eventfd(1, 0);
            flood.add(fd);
            watches.add(monitor.onReadable("flood" + i, fd, () -> {}));
        }
        Fd stuck = Descriptors.eventfd(1, 0);
        watches.add(monitor.onReadable("stuck", stuck, () -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        int pid = sh("exit 3").start();
        monitor.onExit("other", pid, exits::add);
        assertEquals(3, next(exits).status().orElseThrow().code());
        release.countDown();
        watches.forEach(Monitor.Watch::close);
        flood.forEach(Fd::close);
        stuck.close();
    }

    @Test
    void oneKeyRunsInOrderAndOneAtATime() throws Exception {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch three = new CountDownLatch(3);
        try (var p = Descriptors.pipe(0)) {
            Monitor.Watch w = monitor.onReadable("k", p.reader(), () -> {
                byte[] b = new byte[1];
                Descriptors.read(p.reader(), b);
                seen.add("begin " + b[0]);
                if (b[0] == 2) {
                    throw new IllegalStateException("a listener may fail");
                }
                seen.add("end " + b[0]);
                three.countDown();
            });
            Descriptors.writeAll(p.writer(), new byte[] {1, 2, 3, 4});
            assertTrue(three.await(20, TimeUnit.SECONDS));
            assertEquals(
                    List.of("begin 1", "end 1", "begin 2", "begin 3", "end 3", "begin 4", "end 4"), List.copyOf(seen));
            w.close();
        }
    }

    @Test
    void eventfdAndModifiedFiles() throws Exception {
        BlockingQueue<Long> events = new LinkedBlockingQueue<>();
        Fd fd = Descriptors.eventfd(0, 0);
        try (Fd writer = fd.dup()) {
            monitor.onEvent("k", fd, events::add);
            Descriptors.writeAll(
                    writer,
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.nativeOrder())
                            .putLong(0, 5)
                            .array());
            assertEquals(5, next(events));
        }
        Path file = Files.createFile(dir.resolve("memory.events"));
        Monitor.Watch one = monitor.onModify("k", file.toString(), () -> events.add(1L));
        Monitor.Watch two = monitor.onModify("k", file.toString(), () -> events.add(2L));
        Files.writeString(file, "x");
        assertEquals(3, next(events) + next(events));
        one.close();
        two.close();
        assertThrows(KernelException.class, () -> monitor.onModify("k", "/none", () -> {}));
    }
}

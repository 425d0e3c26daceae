package dev.felucca.core.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class WorkersTest {
    private final Workers workers = new Workers(() -> 2);

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void neverRunsMoreThanTheLimit() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(200);
        for (int i = 0; i < 200; i++) {
            workers.execute(() -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                Thread.onSpinWait();
                now.decrementAndGet();
                done.countDown();
            });
        }
        assertTrue(done.await(10, TimeUnit.SECONDS));
        assertTrue(most.get() <= 2, "ran " + most);
    }

    @Test
    void parkedTasksDoNotKeepOthersFromRunning() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 10; i++) {
            workers.execute(() -> workers.parked(() -> {
                try {
                    return release.await(10, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        CountDownLatch ran = new CountDownLatch(1);
        workers.execute(ran::countDown);
        assertTrue(ran.await(10, TimeUnit.SECONDS), "a task was held up by tasks that wait");
        release.countDown();
    }

    @Test
    void aQueueKeepsItsOrderAndItsFailures() throws Exception {
        SerialQueue queue = new SerialQueue(workers);
        List<Integer> order = new CopyOnWriteArrayList<>();
        CompletableFuture<Boolean> bad = queue.submit(() -> {
            throw new IllegalStateException("first");
        });
        List<CompletableFuture<Boolean>> rest = IntStream.range(0, 100)
                .mapToObj(i -> queue.submit(() -> order.add(i)))
                .toList();
        for (var f : rest) {
            assertTrue(f.get(10, TimeUnit.SECONDS));
        }
        assertEquals(IntStream.range(0, 100).boxed().toList(), order);
        ExecutionException e = Assertions.assertThrows(ExecutionException.class, bad::get);
        assertEquals("java.lang.IllegalStateException: first", e.getMessage());
    }

    @Test
    void aHangingTaskHoldsUpItsOwnQueueOnly() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        SerialQueue stuck = new SerialQueue(workers);
        CompletableFuture<Boolean> hanging = stuck.submit(() -> workers.parked(() -> {
            try {
                return release.await(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        CompletableFuture<Boolean> behind = stuck.submit(() -> true);
        assertTrue(new SerialQueue(workers).submit(() -> true).get(10, TimeUnit.SECONDS));
        assertFalse(behind.isDone());
        release.countDown();
        assertTrue(hanging.get(10, TimeUnit.SECONDS));
        assertTrue(behind.get(10, TimeUnit.SECONDS));
    }
}

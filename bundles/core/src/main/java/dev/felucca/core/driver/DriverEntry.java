package dev.felucca.core.driver;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.framework.Bundle;

/** One instance of a driver and the calls that are in flight on it. */
final class DriverEntry<D> {
    final D driver;
    final String name;
    final Bundle bundle;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private int leases;
    private boolean draining;

    DriverEntry(D driver, String name, Bundle bundle) {
        this.driver = driver;
        this.name = name;
        this.bundle = bundle;
    }

    /** False once the driver is on its way out. */
    boolean acquire() {
        lock.lock();
        try {
            if (draining) {
                return false;
            }
            leases++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void release() {
        lock.lock();
        try {
            if (--leases == 0) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    int leases() {
        lock.lock();
        try {
            return leases;
        } finally {
            lock.unlock();
        }
    }

    boolean draining() {
        lock.lock();
        try {
            return draining;
        } finally {
            lock.unlock();
        }
    }

    /** Lets no new call in and waits for those in flight; false if some are left after the time. */
    boolean drain(long millis) {
        lock.lock();
        try {
            draining = true;
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (leases > 0) {
                if (left <= 0) {
                    return false;
                }
                left = idle.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}

package dev.felucca.itests;

import dev.felucca.api.EngineException;
import dev.felucca.api.namespace.NamespaceRequest;
import dev.felucca.api.namespace.NamespaceStrategy;
import dev.felucca.api.spec.LinuxNamespace;
import dev.felucca.api.spec.LinuxNamespaceType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A namespace strategy that hangs until it is released, and fails then; see {@link HangingStorage}. */
public final class HangingNamespaces implements NamespaceStrategy {
    /** Key of the latch in the system properties. */
    static final String LATCH = "felucca.it.namespace.latch";

    @Override
    public String name() {
        return "hanging";
    }

    @Override
    public void probe() {}

    @Override
    public Map<String, String> status() {
        return Map.of();
    }

    @Override
    public List<LinuxNamespace> prepare(NamespaceRequest request) {
        if (System.getProperties().get(LATCH) instanceof CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        throw EngineException.unavailable("released");
    }

    @Override
    public void pin(NamespaceRequest request, int initPid) {}

    @Override
    public Map<LinuxNamespaceType, String> pins(String containerId) {
        return Map.of();
    }

    @Override
    public void release(String containerId) {}

    @Override
    public List<String> containers() {
        return List.of();
    }
}

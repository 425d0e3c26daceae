package dev.felucca.door.services;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.felucca.api.EngineException;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandlesTest {
    private final HandlesComponent handles = new HandlesComponent();

    /** Loaded once more by another loader, as a driver's class would be. */
    public static final class Foreign implements AutoCloseable {
        @Override
        public void close() {}
    }

    @Test
    void keepsLendsGivesBackAndCloses() {
        Fd a = Descriptors.eventfd(0, 0);
        Fd b = Descriptors.eventfd(0, 0);
        handles.put("ns.net", "c2", b);
        handles.put("ns.net", "c1", a);
        assertThrows(EngineException.class, () -> handles.put("ns.net", "c1", b));
        assertSame(a, handles.get("ns.net", "c1", Fd.class).orElseThrow());
        assertEquals(Optional.empty(), handles.get("ns.uts", "c1", Fd.class));
        assertThrows(EngineException.class, () -> handles.get("ns.net", "c1", Descriptors.Pipe.class));
        assertEquals(
                List.of("c1", "c2"), handles.list().stream().map(e -> e.id()).toList());
        assertTrue(handles.list().get(0).description().contains("eventfd"));
        assertSame(a, handles.take("ns.net", "c1", Fd.class).orElseThrow());
        assertTrue(a.isOpen());
        assertFalse(handles.close("ns.net", "c1"));
        handles.closeAll();
        assertFalse(b.isOpen());
        assertEquals(List.of(), handles.list());
        a.close();
    }

    @Test
    void refusesWhatWouldNotOutliveItsBundle() throws Exception {
        URL[] classes = {Foreign.class.getProtectionDomain().getCodeSource().getLocation()};
        try (var loader = new URLClassLoader(classes, null)) {
            var foreign = (AutoCloseable) loader.loadClass(Foreign.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
            EngineException e = assertThrows(EngineException.class, () -> handles.put("k", "i", foreign));
            assertEquals(EngineException.Kind.INVALID, e.kind());
        }
    }
}

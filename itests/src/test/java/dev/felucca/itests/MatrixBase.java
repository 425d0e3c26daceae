package dev.felucca.itests;

import dev.felucca.api.container.ContainerExecs;
import dev.felucca.api.container.ContainerLifecycle;
import dev.felucca.api.container.ContainerStreams;
import dev.felucca.api.container.ContainerViews;
import dev.felucca.api.event.Events;
import java.nio.file.Path;
import java.util.List;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized.Parameters;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** Tests that are run with every combination of drivers, chosen by annotations on the containers of one engine. */
@RunWith(MatrixRunner.class)
@ExamReactorStrategy(PerClass.class)
public abstract class MatrixBase {
    final Combo combo;

    @Inject
    BundleContext context;

    @Inject
    ContainerLifecycle lifecycle;

    @Inject
    ContainerViews views;

    @Inject
    ContainerStreams streams;

    @Inject
    ContainerExecs execs;

    @Inject
    Events events;

    Felucca felucca;
    Path base;

    @SuppressWarnings("NullAway.Init") // the fields without @Inject are set before each test
    MatrixBase(Combo combo) {
        this.combo = combo;
    }

    @Parameters
    public static List<Object[]> combinations() {
        return Combo.scenes().stream().map(c -> new Object[] {c}).toList();
    }

    @Configuration
    public static Option[] engine() {
        return FeluccaOptions.engine(EngineRun.roots());
    }

    @Before
    public void begin() {
        base = Path.of(context.getProperty(FeluccaOptions.BASE));
        felucca = new Felucca(lifecycle, views, streams, base);
    }

    @After
    public void nothingIsLeft() {
        felucca.close();
    }

    Request busybox(String... command) {
        return new Request(combo, command);
    }

    Request sh(String script) {
        return busybox("sh", "-c", script);
    }
}

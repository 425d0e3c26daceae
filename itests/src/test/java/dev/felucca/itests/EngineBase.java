package dev.felucca.itests;

import dev.felucca.api.container.ContainerLifecycle;
import dev.felucca.api.container.ContainerStreams;
import dev.felucca.api.container.ContainerViews;
import dev.felucca.api.driver.Drivers;
import java.nio.file.Path;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;

/** Tests that do something to the engine itself. */
@RunWith(EngineRunner.class)
@ExamReactorStrategy(PerClass.class)
public abstract class EngineBase {
    @Inject
    BundleContext context;

    @Inject
    ContainerLifecycle lifecycle;

    @Inject
    ContainerViews views;

    @Inject
    ContainerStreams streams;

    @Inject
    Drivers drivers;

    Felucca felucca;
    Path base;

    @SuppressWarnings("NullAway.Init") // the fields without @Inject are set before each test
    EngineBase() {}

    @Configuration
    public Option[] engine() {
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
}

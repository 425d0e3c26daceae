package dev.felucca.itests;

import org.junit.runner.notification.RunNotifier;
import org.junit.runners.model.InitializationError;
import org.ops4j.pax.exam.junit.PaxExam;

/** A test in an engine, which is started for the class, with {@link EngineRun} around it. */
public final class EngineRunner extends PaxExam {
    public EngineRunner(Class<?> test) throws InitializationError {
        super(test);
    }

    @Override
    public void run(RunNotifier notifier) {
        EngineRun.around(getDescription(), notifier, super::run);
    }
}

package dev.felucca.itests;

import org.junit.runner.notification.RunNotifier;
import org.junit.runners.model.InitializationError;
import org.ops4j.pax.exam.junit.PaxExamParameterized;

/** The same for each parameter, in one engine, with {@link EngineRun} around it. */
public final class MatrixRunner extends PaxExamParameterized {
    public MatrixRunner(Class<?> test) throws InitializationError {
        super(test);
    }

    @Override
    public void run(RunNotifier notifier) {
        EngineRun.around(getDescription(), notifier, super::run);
    }
}

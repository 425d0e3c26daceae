package dev.felucca.shell.command;

import dev.felucca.api.container.ContainerExecs;
import dev.felucca.api.container.ContainerLifecycle.WaitCondition;
import dev.felucca.api.container.ContainerStreams.Attachment;
import dev.felucca.api.exec.ExitStatus;
import dev.felucca.api.exec.OutputSink;
import java.util.concurrent.CompletionStage;

/** What a caller can be joined to: a container's own program, or one that is executed in it. */
interface Program {
    Attachment attach(boolean stdin, OutputSink sink);

    CompletionStage<Void> start();

    CompletionStage<Void> signal(int number);

    CompletionStage<ExitStatus> exit();

    static Program container(Engine engine, String id, WaitCondition until) {
        return new Program() {
            @Override
            public Attachment attach(boolean stdin, OutputSink sink) {
                return engine.streams().attach(id, stdin, sink);
            }

            @Override
            public CompletionStage<Void> start() {
                return engine.lifecycle().start(id);
            }

            @Override
            public CompletionStage<Void> signal(int number) {
                return engine.lifecycle().kill(id, number);
            }

            @Override
            public CompletionStage<ExitStatus> exit() {
                return engine.lifecycle().wait(id, until);
            }
        };
    }

    static Program exec(ContainerExecs execs, String id) {
        return new Program() {
            @Override
            public Attachment attach(boolean stdin, OutputSink sink) {
                return execs.attach(id, stdin, sink);
            }

            @Override
            public CompletionStage<Void> start() {
                return execs.start(id, null);
            }

            @Override
            public CompletionStage<Void> signal(int number) {
                return execs.signal(id, number);
            }

            @Override
            public CompletionStage<ExitStatus> exit() {
                return execs.wait(id);
            }
        };
    }
}

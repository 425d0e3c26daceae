package dev.felucca.exec.shim;

import dev.felucca.api.exec.ProcessListener;
import dev.felucca.door.Descriptors;
import dev.felucca.door.Fd;
import dev.felucca.door.shim.ShimContainer;
import dev.felucca.exec.shim.OciDirectories.Bundle;
import dev.felucca.initplan.birth.Pipes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The streams of a process that a runtime makes. Closing them closes what is of no use any more, and after a failure all.
 */
sealed interface OciStreams extends AutoCloseable {
    static OciStreams open(Bundle bundle, boolean terminal, boolean openStdin) {
        return terminal ? Terminal.open(bundle, openStdin) : new Inherited(Pipes.open(openStdin));
    }

    /** For the runtime: its standard streams. */
    List<Fd> stdio();

    /** For the runtime's command line. */
    List<String> arguments();

    /** What the runtime printed, before there was a program. */
    String said();

    /** For the shim. */
    ShimContainer.Arrival arrival(int pid, ProcessListener listener);

    @Override
    void close();

    /** The process inherits the runtime's own. */
    record Inherited(Pipes pipes) implements OciStreams {
        @Override
        public List<Fd> stdio() {
            return pipes.theirs();
        }

        @Override
        public List<String> arguments() {
            return List.of();
        }

        @Override
        public String said() {
            return OciCommand.waiting(pipes.outputs().get(1));
        }

        @Override
        public ShimContainer.Arrival arrival(int pid, ProcessListener listener) {
            return new ShimContainer.Arrival(
                    pid, false, pipes.stdin().isPresent(), pipes.outputs(), pipes.stdin(), Optional.empty(), listener);
        }

        @Override
        public void close() {
            pipes.theirs().forEach(Fd::close);
            pipes.ours().forEach(Fd::close);
        }
    }

    /** The runtime makes a terminal and sends its master. */
    record Terminal(OciConsole console, Path output, List<Fd> stdio, boolean openStdin) implements OciStreams {
        static Terminal open(Bundle bundle, boolean openStdin) {
            OciConsole console = new OciConsole(bundle);
            Path output = bundle.file("output", new byte[0]);
            Fd nothing = Descriptors.open("/dev/null", Descriptors.O_RDONLY);
            Fd out = Descriptors.open(output.toString(), Descriptors.O_WRONLY | Descriptors.O_APPEND);
            return new Terminal(console, output, List.of(nothing, out, out), openStdin);
        }

        @Override
        public List<String> arguments() {
            return List.of("--console-socket", console.address());
        }

        @Override
        public String said() {
            return Bundle.read(output);
        }

        @Override
        public ShimContainer.Arrival arrival(int pid, ProcessListener listener) {
            return new ShimContainer.Arrival(
                    pid, true, openStdin, List.of(console.master()), Optional.empty(), Optional.empty(), listener);
        }

        @Override
        public void close() {
            stdio.forEach(Fd::close);
            console.close();
            Bundle.drop(output);
        }
    }
}

package dev.felucca.exec.inprocess;

import dev.felucca.api.exec.Birth;
import dev.felucca.api.exec.CreateRequest;
import dev.felucca.api.exec.OutputSink;
import dev.felucca.api.exec.StreamKind;
import dev.felucca.api.exec.UserRequest;
import dev.felucca.api.storage.MountSpec;
import dev.felucca.api.trace.Trace;
import dev.felucca.contracts.exec.Specs;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** An engine to be killed: makes a container in the root that is given, says "born PID", and waits. */
final class EngineMain {
    private EngineMain() {}

    public static void main(String[] args) {
        InProcessBackend backend = TestBackend.create();
        var process = backend.create(new CreateRequest(
                "doomed",
                InProcessBackend.INPROCESS,
                Specs.shell("echo limit $(ulimit -n); exec sleep 1000"),
                new UserRequest("", List.of()),
                List.of(MountSpec.bind(args[0], false)),
                List.of(),
                null,
                false,
                null,
                new Birth() {
                    @Override
                    public void place(int pid) {}

                    @Override
                    public void placed(int pid) {}
                },
                status -> {},
                Trace.NONE,
                Duration.ofSeconds(60)));
        process.io().begin(new OutputSink() {
            @Override
            public boolean output(StreamKind stream, ByteBuffer data) {
                System.out.print(StandardCharsets.UTF_8.decode(data));
                System.out.flush();
                return true;
            }

            @Override
            public void end(StreamKind stream) {}
        });
        System.out.println("born " + process.pid());
        if (args[1].equals("start")) {
            backend.start("doomed");
        }
        while (true) {
            LockSupport.park();
        }
    }
}

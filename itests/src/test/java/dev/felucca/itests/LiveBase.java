package dev.felucca.itests;

import static org.junit.Assert.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;

/** Containers of backends that survive the engine, and an engine that each test may end; nothing is left of either. */
abstract class LiveBase {
    static final Combo NATIVE = new Combo("overlay", "raw", "clone", "native");
    /** One for each runtime whose containers go on, where it is installed. */
    static final List<Combo> SURVIVING = Stream.of(
                    NATIVE, new Combo("vfs", "raw", "setns", "runc"), new Combo("overlay", "raw", "setns", "crun"))
            .filter(c -> c.missing().isEmpty())
            .toList();

    static final String STATE = "{{.State.Status}} {{.State.ExitCode}}";

    Client client = new Client(new Roots(Path.of("/"), Path.of("/"), Path.of("/")));

    @Before
    public void roots() {
        client = new Client(Roots.make("live"));
    }

    @After
    public void theHostIsAsItWas() throws Exception {
        List<String> ids = new ArrayList<>();
        try {
            for (String id :
                    client.felucca("ps", "-aq", "--no-trunc").ok().lines().toList()) {
                ids.add(id);
                client.felucca("rm", "-f", id).ok();
            }
            for (String id : ids) {
                Waiting.until(
                        "the groups are gone", () -> HostState.groupsNaming(id).isEmpty());
                assertEquals(List.of(), HostState.filesNaming(client.roots.base(), id));
            }
        } finally {
            client.felucca("shutdown").ok();
            Waiting.until("the engine has ended", () -> client.pid() == 0);
            unmount();
        }
        assertEquals(List.of(), HostState.mountsOf(client.roots.base()));
        client.roots.delete();
    }

    /** Takes off what the test has mounted. */
    void unmount() throws Exception {}

    void endEngine(boolean inOrder) throws Exception {
        if (inOrder) {
            client.felucca("shutdown").ok();
            Waiting.until("the engine has ended", () -> client.pid() == 0);
        } else {
            client.killEngine();
        }
    }

    String pid(String id) throws Exception {
        return client.inspect(id, "{{.State.Pid}}");
    }

    /** The container's root, as long as its first process is there. */
    Path root(String id) throws Exception {
        return Path.of("/proc", pid(id), "root");
    }

    /** A shell that waits for {@link #go} and then goes on. */
    static String when(String name, String then) {
        return "while [ ! -e /" + name + " ]; do sleep 0.05; done; " + then;
    }

    static void go(Path root, String name) throws Exception {
        Files.createFile(root.resolve(name));
    }

    static void awaitEnd(Path root) throws Exception {
        Waiting.until("it has ended", () -> !Files.exists(root.resolve("proc")));
    }
}

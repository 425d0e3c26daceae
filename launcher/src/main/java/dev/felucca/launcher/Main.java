package dev.felucca.launcher;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's process: {@code java -jar felucca-launcher.jar [--debug]}. Ends with 0 after an orderly stop (SIGTERM, SIGINT,
 * {@code felucca shutdown}), with 1 and one line on stderr when the engine cannot start.
 */
public final class Main {
    private static boolean logging;
    private static long begun;

    private Main() {}

    public static void main(String[] arguments) {
        begun = System.nanoTime();
        Map<String, String> environment = System.getenv();
        Ready ready = new Ready(environment);
        int status = 1;
        try {
            List<String> options = Arrays.asList(arguments);
            for (String option : options)
                if (!option.equals("--debug"))
                    throw new LaunchException("felucca daemon has no option \"" + option + "\"; it has --debug");
            status = run(Layout.of(environment, jar()), options.contains("--debug"), ready);
        } catch (LaunchException e) {
            fail(ready, String.valueOf(e.getMessage()), e);
        } catch (Exception | LinkageError e) {
            fail(ready, e.toString(), e);
        }
        // the framework's threads are no daemons
        System.exit(status);
    }

    private static void fail(Ready ready, String message, Throwable e) {
        System.err.println("felucca: " + message);
        // what fails before the roots are ours must not write into the log of the engine that has them
        if (logging) LoggerFactory.getLogger(Main.class).error("The engine does not start", e);
        ready.failed(message);
    }

    private static Path jar() throws LaunchException {
        try {
            return Path.of(Main.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new LaunchException("cannot tell where the launcher lies", e);
        }
    }

    private static int run(Layout layout, boolean debug, Ready ready)
            throws LaunchException, IOException, InterruptedException {
        try (Owner owner = Owner.claim(layout)) {
            if (!debug) System.setProperty(LogSetup.FILE, layout.log().toString());
            else System.setProperty(LogSetup.LEVEL, "DEBUG");
            logging = true;
            Logger log = LoggerFactory.getLogger(Main.class);
            try (Engine engine = new Engine(layout)) {
                Signals.handle("TERM", engine::requestStop);
                Signals.handle("INT", engine::requestStop);
                Signals.handle("HUP", engine::requestReload);
                engine.start();
                ready.ready();
                log.info("Ready, {} ms after main()", (System.nanoTime() - begun) / 1_000_000);
                engine.serve();
            }
            log.info("Stopped");
        }
        return 0;
    }
}

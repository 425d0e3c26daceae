package dev.felucca.initplan;

import dev.felucca.door.Fd;
import dev.felucca.door.Memfds;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;

/** felucca-init as the door's bundle carries it, in a sealed memfd. */
final class InitBinary {
    private static final Fd FILE = Memfds.sealed("felucca-init", bytes(), true);

    private InitBinary() {}

    static String path() {
        return FILE.procPath();
    }

    private static byte[] bytes() {
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT).replace("amd64", "x86_64");
        String path = "/native/linux-" + arch + "/felucca-init";
        try (InputStream in = Fd.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new AssertionError("the door was built without " + path);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

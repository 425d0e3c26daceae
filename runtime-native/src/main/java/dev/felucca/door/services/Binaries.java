package dev.felucca.door.services;

import dev.felucca.api.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** The static programs in this bundle, for the machine that it runs on. */
final class Binaries {
    private Binaries() {}

    static byte[] read(String name) {
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT).replace("amd64", "x86_64");
        String path = "/native/linux-" + arch + "/" + name;
        try (InputStream in = Binaries.class.getResourceAsStream(path)) {
            if (in == null) {
                throw EngineException.unsupported("this build of Felucca has no " + path + " for this machine");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw EngineException.internal("cannot read " + path + " of the bundle", e);
        }
    }
}

package dev.felucca.network.bridge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Kernel parameters (proc_sys_net(5)) of the calling thread's network namespace. */
final class Sysctls {
    private Sysctls() {}

    private static Path path(String name) {
        return Path.of("/proc/sys/" + name.replace('.', '/'));
    }

    /** Whether it is there and 0. */
    static boolean isOff(String name) {
        try {
            return Files.readString(path(name)).strip().equals("0");
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sets it to 1, unless it is on. */
    static void turnOn(String name) {
        try {
            if (isOff(name)) {
                Files.writeString(path(name), "1");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot set " + name, e);
        }
    }

    /** Sets a parameter of a device, whose name may have a dot in it. */
    static void setForDevice(String family, String device, String name, String value) {
        try {
            Files.writeString(Path.of("/proc/sys/net", family, "conf", device, name), value);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot set net." + family + ".conf." + device + "." + name, e);
        }
    }

    /** Whether this kernel has IPv6. */
    static boolean hasIpv6() {
        return Files.isDirectory(Path.of("/proc/sys/net/ipv6"));
    }
}

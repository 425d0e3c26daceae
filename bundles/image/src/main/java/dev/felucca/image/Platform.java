package dev.felucca.image;

import dev.felucca.api.EngineException;
import java.util.Locale;

/** Operating system, processor and its variant, in the names of Go (OCI image spec, image-index.md). */
record Platform(String os, String architecture, String variant) {

    static Platform of(Json json) {
        return new Platform(json.text("os"), json.text("architecture"), json.text("variant"));
    }

    /** {@code os/architecture[/variant]}; linux only. */
    static Platform parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length < 2 || parts.length > 3 || !text.matches("[a-z0-9]+(/[a-z0-9_]+){1,2}")) {
            throw EngineException.invalid("\"" + text + "\" is no platform such as linux/amd64 or linux/arm64/v8");
        }
        if (!parts[0].equals("linux")) {
            throw EngineException.unsupported("not supported: images for " + parts[0] + "; only linux is");
        }
        return new Platform(parts[0], parts[1], parts.length < 3 ? "" : parts[2]);
    }

    static Platform host() {
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return switch (arch) {
            case "amd64", "x86_64" -> new Platform("linux", "amd64", "");
            case "aarch64", "arm64" -> new Platform("linux", "arm64", "v8");
            default -> throw EngineException.unsupported("images for the processor " + arch + " are not supported");
        };
    }

    /** Whether this host runs it. The variant of an arm64 image is v8 or not said; amd64's levels are left to the program. */
    boolean matches(Platform host) {
        return os.equals(host.os)
                && architecture.equals(host.architecture)
                && (variant.isEmpty() || variant.equals(host.variant) || host.variant.isEmpty());
    }

    @Override
    public String toString() {
        return os + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}

package dev.felucca.image;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.Healthcheck;
import dev.felucca.api.image.ImageConfig;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An image configuration (OCI image spec, config.md), with Docker's additions. */
record ConfigFile(
        String architecture,
        String os,
        @Nullable Instant created,
        String author,
        String comment,
        ImageConfig config,
        List<String> diffIds,
        List<Step> history) {

    /** An instruction that made the image. */
    record Step(@Nullable Instant created, String createdBy, String comment, boolean emptyLayer) {}

    static ConfigFile parse(byte[] content, String what, Limits limits) {
        Json json = Json.parse(content, what, limits);
        if (!json.has("rootfs")) {
            throw EngineException.invalid(what + " is no image configuration: rootfs is missing");
        }
        String os = json.text("os");
        if (!os.isEmpty() && !os.equals("linux")) {
            throw EngineException.invalid(what + " is an image for " + os + "; only linux is supported");
        }
        List<String> diffIds = json.object("rootfs").texts("diff_ids");
        diffIds.forEach(d -> Digests.require(d, what + ": rootfs.diff_ids"));
        if (diffIds.size() > limits.maxLayers()) {
            throw Limits.exceeded("the number of layers of " + what, "maxLayers", limits.maxLayers());
        }
        return new ConfigFile(
                json.text("architecture"),
                os,
                time(json, "created"),
                json.text("author"),
                json.text("comment"),
                config(json.object("config")),
                diffIds,
                json.objects("history").stream()
                        .map(h -> new Step(
                                time(h, "created"), h.text("created_by"), h.text("comment"), h.flag("empty_layer")))
                        .toList());
    }

    static ImageConfig config(Json c) {
        return new ImageConfig(
                c.text("User"),
                new LinkedHashSet<>(c.object("ExposedPorts").keys()),
                c.texts("Env"),
                c.texts("Entrypoint"),
                c.texts("Cmd"),
                new LinkedHashSet<>(c.object("Volumes").keys()),
                c.text("WorkingDir"),
                c.map("Labels"),
                c.optional("StopSignal"),
                c.has("Healthcheck") ? healthcheck(c.object("Healthcheck")) : null);
    }

    private static Healthcheck healthcheck(Json h) {
        Long retries = h.optionalNumber("Retries");
        if (retries != null && (retries < 0 || retries > Integer.MAX_VALUE)) {
            throw EngineException.invalid(h.what() + ": Retries is out of range");
        }
        return new Healthcheck(
                h.optionalTexts("Test"),
                h.optionalNumber("Interval"),
                h.optionalNumber("Timeout"),
                h.optionalNumber("StartPeriod"),
                retries == null ? null : Integer.valueOf(retries.intValue()),
                h.optionalNumber("StartInterval"));
    }

    private static @Nullable Instant time(Json json, String field) {
        String text = json.text(field);
        if (text.isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new EngineException(
                    EngineException.Kind.INVALID, json.what() + ": " + field + " is no RFC 3339 time: " + text, e);
        }
    }
}

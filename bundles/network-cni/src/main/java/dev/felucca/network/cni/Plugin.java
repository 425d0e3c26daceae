package dev.felucca.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs plugin programs (CNI specification 1.0, section 2). */
final class Plugin {
    private static final int OUTPUT_MAX = 1 << 20;
    private static final int SHOWN = 300;

    private final List<Path> directories;
    private final int timeoutSeconds;

    Plugin(List<Path> directories, int timeoutSeconds) {
        this.directories = directories;
        this.timeoutSeconds = timeoutSeconds;
    }

    private Path program(String type) {
        return directories.stream()
                .map(d -> d.resolve(type))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> EngineException.notFound("CNI plugin " + type + " is not installed in "
                        + String.join(
                                ", ", directories.stream().map(Path::toString).toList())
                        + " (Debian: containernetworking-plugins; network.cni plugin.dirs in felucca.json)"));
    }

    /**
     * One call.
     *
     * @param config goes to standard input
     * @param environment the CNI_* variables but CNI_COMMAND and CNI_PATH
     * @return what it printed; null for nothing
     */
    @Nullable
    JsonNode call(String command, ObjectNode config, Map<String, String> environment) {
        String type = config.path("type").asText();
        String what = "CNI plugin " + type + " (" + command + ")";
        ProcessBuilder b = new ProcessBuilder(program(type).toString());
        b.environment().clear();
        b.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        b.environment().put("CNI_COMMAND", command);
        b.environment()
                .put(
                        "CNI_PATH",
                        String.join(
                                ":", directories.stream().map(Path::toString).toList()));
        b.environment().putAll(environment);
        b.directory(Path.of("/").toFile());
        try {
            return result(what, b.start(), config);
        } catch (IOException e) {
            throw EngineException.unavailable(what + " cannot be run: " + e.getMessage());
        }
    }

    private @Nullable JsonNode result(String what, Process p, ObjectNode config) throws IOException {
        CompletableFuture<byte[]> out = read(p.getInputStream());
        CompletableFuture<byte[]> err = read(p.getErrorStream());
        try (OutputStream in = p.getOutputStream()) {
            in.write(ConfList.MAPPER.writeValueAsBytes(config));
        } catch (IOException e) {
            // it has ended without reading; its status and output tell why
        }
        try {
            if (!p.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
                kill(p);
                throw EngineException.unavailable(what + " did not end within " + timeoutSeconds
                        + " s and was killed (network.cni timeout.seconds in felucca.json)");
            }
        } catch (InterruptedException e) {
            kill(p);
            Thread.currentThread().interrupt();
            throw EngineException.unavailable(what + " was interrupted");
        }
        // what it left running may hold its streams open
        String text = text(out);
        if (p.exitValue() != 0) {
            throw EngineException.unavailable(what + " failed: " + failure(p.exitValue(), text, text(err)));
        }
        return parse(what, text);
    }

    private static void kill(Process p) {
        p.descendants().forEach(ProcessHandle::destroyForcibly);
        p.destroyForcibly();
    }

    private static CompletableFuture<byte[]> read(InputStream in) {
        CompletableFuture<byte[]> done = new CompletableFuture<>();
        Thread t = new Thread(
                () -> {
                    try (in) {
                        done.complete(in.readNBytes(OUTPUT_MAX));
                    } catch (IOException e) {
                        done.completeExceptionally(new UncheckedIOException(e));
                    }
                },
                "felucca-cni-output");
        t.setDaemon(true);
        t.start();
        return done;
    }

    private static String text(CompletableFuture<byte[]> stream) {
        return new String(
                stream.completeOnTimeout(new byte[0], 1, TimeUnit.SECONDS).join(), StandardCharsets.UTF_8);
    }

    private static @Nullable JsonNode parse(String what, String text) {
        if (text.isBlank()) {
            return null;
        }
        try {
            JsonNode json = ConfList.MAPPER.readTree(text);
            if (json.isObject()) {
                return json;
            }
        } catch (IOException e) {
            throw EngineException.unavailable(what + " printed what is no JSON: " + shown(text));
        }
        throw EngineException.unavailable(what + " printed what is no result: " + shown(text));
    }

    private static String failure(int status, String out, String err) {
        try {
            JsonNode json = ConfList.MAPPER.readTree(out);
            if (json.has("msg")) {
                String details = json.path("details").asText();
                return json.path("msg").asText() + (details.isEmpty() ? "" : "; " + details) + " (code "
                        + json.path("code").asInt() + ")";
            }
        } catch (IOException e) {
            // no error object: it crashed
        }
        String said = shown(err.isBlank() ? out : err);
        return (status > 128 ? "signal " + (status - 128) : "status " + status) + (said.isEmpty() ? "" : ": " + said);
    }

    private static String shown(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }
}

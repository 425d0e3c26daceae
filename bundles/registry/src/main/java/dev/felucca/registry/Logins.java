package dev.felucca.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import dev.felucca.api.registry.RegistryAuth;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/**
 * Users that logins left, in a file of docker's form ({@code auths} of its config.json), for the root user only: who reads it has the
 * passwords. Thread-safe.
 */
final class Logins {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path file;

    Logins(Path dataRoot) {
        file = dataRoot.resolve("registry/auth.json");
    }

    synchronized RegistryAuth get(String domain) {
        JsonNode entry = read().path("auths").path(domain);
        if (entry.isMissingNode()) {
            return RegistryAuth.ANONYMOUS;
        }
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(entry.path("auth").asText("")), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw damaged("auth of " + domain + " is no base64", e);
        }
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw damaged("auth of " + domain + " is no name and password", null);
        }
        return new RegistryAuth(
                pair.substring(0, colon),
                pair.substring(colon + 1),
                entry.path("identitytoken").asText(""),
                "");
    }

    synchronized void put(String domain, RegistryAuth auth) {
        ObjectNode root = read();
        ObjectNode entry = root.withObject("/auths").putObject(domain);
        String pair = auth.username() + ":" + auth.password();
        entry.put("auth", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        if (!auth.identityToken().isEmpty()) {
            entry.put("identitytoken", auth.identityToken());
        }
        write(root);
    }

    synchronized boolean remove(String domain) {
        ObjectNode root = read();
        boolean there = root.withObject("/auths").remove(domain) != null;
        if (there) {
            write(root);
        }
        return there;
    }

    private ObjectNode read() {
        try {
            if (MAPPER.readTree(Files.readAllBytes(file)) instanceof ObjectNode root) {
                return root;
            }
            throw damaged("it is no JSON object", null);
        } catch (NoSuchFileException e) {
            return MAPPER.createObjectNode();
        } catch (IOException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private EngineException damaged(String why, @org.jspecify.annotations.Nullable Exception e) {
        return new EngineException(
                EngineException.Kind.INTERNAL, "cannot read " + file + ": " + why + "; remove it and log in again", e);
    }

    private void write(ObjectNode root) {
        Path next = file.resolveSibling("auth.json.new");
        try {
            Files.createDirectories(
                    file.getParent(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.deleteIfExists(next);
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(next, MAPPER.writeValueAsBytes(root));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new EngineException(EngineException.Kind.KERNEL, "cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}

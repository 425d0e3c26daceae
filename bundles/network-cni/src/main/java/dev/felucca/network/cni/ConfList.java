package dev.felucca.network.cni;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/** A network configuration list (CNI specification 1.0, section 1): plugins that are called one after another. */
record ConfList(String name, String version, boolean disableCheck, List<ObjectNode> plugins) {
    static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> VERSIONS = List.of("0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");

    /** The list of that name in a directory; the first file by name counts. */
    static ConfList find(Path directory, String name) {
        TreeSet<String> seen = new TreeSet<>();
        for (Path file : files(directory)) {
            JsonNode json = read(file);
            String found = json.path("name").asText();
            if (found.equals(name)) {
                return parse(json, file.toString());
            }
            seen.add(found);
        }
        throw EngineException.notFound("no CNI network \"" + name + "\" in " + directory + "; there are: "
                + (seen.isEmpty() ? "none" : String.join(", ", seen)));
    }

    private static List<Path> files(Path directory) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*.{conf,conflist,json}")) {
            all.forEach(found::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw EngineException.internal("cannot read " + directory + ": " + e.getMessage(), e);
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }

    private static JsonNode read(Path file) {
        try {
            return MAPPER.readTree(file.toFile());
        } catch (IOException e) {
            throw EngineException.invalid("CNI configuration " + file + " cannot be read: " + e.getMessage());
        }
    }

    /** @param where for messages */
    static ConfList parse(JsonNode json, String where) {
        String version = json.path("cniVersion").asText("0.2.0");
        if (!VERSIONS.contains(version)) {
            throw EngineException.unsupported("CNI configuration " + where + ": not supported: cniVersion " + version
                    + "; supported are " + String.join(", ", VERSIONS));
        }
        List<ObjectNode> plugins = new ArrayList<>();
        JsonNode list = json.has("plugins")
                ? json.get("plugins")
                : MAPPER.createArrayNode().add(json);
        for (JsonNode p : list) {
            if (!(p instanceof ObjectNode o) || !p.path("type").asText().matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*")) {
                throw EngineException.invalid(
                        "CNI configuration " + where + ": a plugin has no \"type\", the name of its program");
            }
            plugins.add(o);
        }
        if (plugins.isEmpty()) {
            throw EngineException.invalid("CNI configuration " + where + " has no plugins");
        }
        return new ConfList(
                json.path("name").asText(), version, json.path("disableCheck").asBoolean(), List.copyOf(plugins));
    }

    /** As it is kept with what was made by it. */
    ObjectNode toJson() {
        ObjectNode o = MAPPER.createObjectNode()
                .put("name", name)
                .put("cniVersion", version)
                .put("disableCheck", disableCheck);
        ArrayNode all = o.putArray("plugins");
        plugins.forEach(all::add);
        return o;
    }

    /** Whether a plugin takes such a thing at run time. */
    boolean can(String capability) {
        return plugins.stream()
                .anyMatch(p -> p.path("capabilities").path(capability).asBoolean());
    }

    boolean hasCheck() {
        return !version.startsWith("0.3.") && !disableCheck;
    }
}

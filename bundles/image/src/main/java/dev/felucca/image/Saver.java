package dev.felucca.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.felucca.api.EngineException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes images as docker 25 and later do: a docker archive whose files are at the same time an OCI image layout. Layers are
 * written as they are stored; every docker uncompresses what it loads.
 */
final class Saver {
    /**
     * @param names the tags that go with the images
     */
    record Selection(State state, List<StoredImage> images, Set<Reference> names) {}

    private final Selection selection;
    private final Layout layout;

    Saver(Selection selection, Layout layout) {
        this.selection = selection;
        this.layout = layout;
    }

    /** Finds what is to be saved; a repository without a tag means all its tags, as docker has it. */
    static Selection select(State state, List<String> references) {
        if (references.isEmpty()) {
            throw EngineException.invalid("save needs at least one image");
        }
        Map<String, StoredImage> images = new LinkedHashMap<>();
        Set<Reference> names = new HashSet<>();
        for (String text : references) {
            List<State.Named> all = allTags(state, text);
            for (State.Named n : all) {
                StoredImage image = state.images().get(n.id());
                if (image != null) {
                    images.put(image.id(), image);
                    names.add(n.reference());
                }
            }
            if (all.isEmpty()) {
                Lookup found = Lookup.find(state, text);
                images.put(found.image().id(), found.image());
                Reference named = found.reference();
                if (named != null && named.digest() == null) {
                    names.add(named);
                }
            }
        }
        return new Selection(state, List.copyOf(images.values()), names);
    }

    private static List<State.Named> allTags(State state, String text) {
        Reference r;
        try {
            r = Reference.parse(text);
        } catch (EngineException e) {
            // An id perhaps; the lookup that follows says what is wrong.
            return List.of();
        }
        return state.references().values().stream()
                .filter(n -> r.nameOnly()
                        && n.reference().digest() == null
                        && n.reference().name().equals(r.name()))
                .toList();
    }

    void write(OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        directory(tar, "blobs/");
        directory(tar, EntryNames.BLOBS);
        Set<String> blobs = new TreeSet<>();
        Set<String> ids = new HashSet<>();
        for (StoredImage i : selection.images()) {
            blobs.addAll(i.blobs());
            ids.add(i.id());
        }
        for (String digest : blobs) {
            Path blob = layout.blob(digest);
            entry(tar, path(digest), Files.size(blob));
            Files.copy(blob, tar);
            tar.closeArchiveEntry();
        }
        bytes(tar, OciLayout.INDEX, StateFile.index(selection.state(), ids, selection.names()::contains));
        bytes(tar, DockerArchive.MANIFEST, manifest());
        bytes(tar, OciLayout.MARKER, "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
        tar.finish();
        tar.flush();
    }

    private byte[] manifest() {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (StoredImage image : selection.images()) {
            ObjectNode n = all.addObject();
            n.put("Config", path(image.id()));
            List<String> tags = new ArrayList<>();
            selection.state().referencesOf(image.id()).stream()
                    .filter(selection.names()::contains)
                    .forEach(r -> tags.add(r.familiar()));
            ArrayNode repoTags = n.putArray("RepoTags");
            tags.forEach(repoTags::add);
            ArrayNode layers = n.putArray("Layers");
            image.layers().forEach(b -> layers.add(path(b.digest())));
        }
        return Json.write(all);
    }

    private static String path(String digest) {
        return EntryNames.BLOBS + Digests.hex(digest);
    }

    private static void directory(TarArchiveOutputStream tar, String name) throws IOException {
        TarArchiveEntry e = new TarArchiveEntry(name);
        e.setModTime(0L);
        e.setMode(0755);
        tar.putArchiveEntry(e);
        tar.closeArchiveEntry();
    }

    private static void entry(TarArchiveOutputStream tar, String name, long size) throws IOException {
        TarArchiveEntry e = new TarArchiveEntry(name);
        e.setModTime(0L);
        e.setMode(0644);
        e.setSize(size);
        tar.putArchiveEntry(e);
    }

    private static void bytes(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        entry(tar, name, content.length);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}

package dev.felucca.image;

import dev.felucca.api.EngineException;
import dev.felucca.api.registry.Registries;
import dev.felucca.api.registry.RegistryAuth;
import dev.felucca.api.registry.RegistryManifest;
import dev.felucca.api.registry.RegistryRepository;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A registry with one repository, in memory, that remembers what was fetched, and may lie. */
final class FakeRepository implements Registries, RegistryRepository {
    final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    final Map<String, RegistryManifest> manifests = new ConcurrentHashMap<>();
    final List<String> fetched = new CopyOnWriteArrayList<>();
    final List<String> mounts = new CopyOnWriteArrayList<>();

    String blob(byte[] content) {
        String digest = Digests.of(content);
        blobs.put(digest, content);
        return digest;
    }

    String manifest(String tag, String type, String json) {
        byte[] content = json.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        String digest = Digests.of(content);
        RegistryManifest m = new RegistryManifest(type, digest, content);
        manifests.put(digest, m);
        manifests.put(tag, m);
        return digest;
    }

    /** A layer as it is sent, and what its image says of it. */
    static final class Layer {
        final byte[] blob;
        final String diffId;

        Layer(byte[] blob, byte[] plain) {
            this.blob = blob;
            this.diffId = Digests.of(plain);
        }
    }

    /** An image under a tag; the manifest's digest. */
    String image(String tag, String architecture, Layer... all) {
        StringBuilder diffIds = new StringBuilder();
        StringBuilder layers = new StringBuilder();
        for (Layer l : all) {
            String comma = layers.isEmpty() ? "" : ",";
            diffIds.append(comma).append('"').append(l.diffId).append('"');
            layers.append(comma)
                    .append(descriptor("application/vnd.oci.image.layer.v1.tar+gzip", blob(l.blob), l.blob.length));
        }
        byte[] config = ("{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
                        + "\"diff_ids\":[" + diffIds + "]}}")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return manifest(
                tag,
                MediaTypes.MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.MANIFEST + "\",\"config\":"
                        + descriptor(MediaTypes.CONFIG, blob(config), config.length) + ",\"layers\":[" + layers + "]}");
    }

    static String descriptor(String type, String digest, long size) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    @Override
    public RegistryRepository repository(String domain, String path, Access access, @Nullable RegistryAuth auth) {
        return this;
    }

    @Override
    public RegistryManifest manifest(String tagOrDigest, int maxBytes) {
        fetched.add(tagOrDigest);
        RegistryManifest m = manifests.get(tagOrDigest);
        if (m == null) {
            throw EngineException.notFound("manifest for " + tagOrDigest + " not found");
        }
        return m;
    }

    @Override
    public InputStream blob(String digest, long size) throws IOException {
        fetched.add(digest);
        byte[] content = blobs.get(digest);
        if (content == null) {
            throw EngineException.notFound("blob " + digest + " not found");
        }
        return new ByteArrayInputStream(content);
    }

    @Override
    public boolean has(String digest) {
        return blobs.containsKey(digest);
    }

    @Override
    public Sent send(String digest, long size, Content content, List<String> from, Sending progress)
            throws IOException {
        mounts.addAll(from);
        if (has(digest)) {
            return Sent.WAS_THERE;
        }
        try (InputStream in = content.open()) {
            byte[] all = in.readAllBytes();
            if (!Digests.of(all).equals(digest) || all.length != size) {
                throw new AssertionError("content of " + digest + " is another");
            }
            blobs.put(digest, all);
        }
        return Sent.SENT;
    }

    @Override
    public String sendManifest(String tagOrDigest, String mediaType, byte[] content) {
        String digest = Digests.of(content);
        RegistryManifest m = new RegistryManifest(mediaType, digest, content);
        manifests.put(tagOrDigest, m);
        manifests.put(digest, m);
        return digest;
    }

    @Override
    public List<String> tags() {
        return manifests.keySet().stream()
                .filter(t -> !t.startsWith(Digests.PREFIX))
                .sorted()
                .toList();
    }

    @Override
    public String check(String server, RegistryAuth auth) {
        throw new AssertionError("not asked for");
    }

    @Override
    public void login(String server, RegistryAuth auth) {
        throw new AssertionError("not asked for");
    }

    @Override
    public boolean logout(String server) {
        throw new AssertionError("not asked for");
    }
}

package dev.felucca.image;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes archives, well-formed and not. */
final class Archive {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");

    Archive() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    Archive file(String name, byte[] content) {
        return put(new TarArchiveEntry(name, true), content);
    }

    Archive file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Archive symlink(String name, String target) {
        TarArchiveEntry e = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        e.setLinkName(target);
        return put(e, new byte[0]);
    }

    private Archive put(TarArchiveEntry e, byte[] content) {
        try {
            e.setModTime(0L);
            e.setSize(content.length);
            tar.putArchiveEntry(e);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException x) {
            throw new AssertionError(x);
        }
    }

    byte[] bytes() {
        try {
            tar.close();
        } catch (IOException x) {
            throw new AssertionError(x);
        }
        return out.toByteArray();
    }

    InputStream stream() {
        return new ByteArrayInputStream(bytes());
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream b = new ByteArrayOutputStream();
        try (GZIPOutputStream g = new GZIPOutputStream(b)) {
            g.write(plain);
        } catch (IOException x) {
            throw new AssertionError(x);
        }
        return b.toByteArray();
    }

    static byte[] zstd(byte[] plain) {
        return Zstd.compress(plain);
    }

    /** A root filesystem with one file. */
    static byte[] layer(String name, String content) {
        return new Archive().file(name, content).bytes();
    }

    static String config(String architecture, byte[]... plainLayers) {
        StringBuilder ids = new StringBuilder();
        for (byte[] l : plainLayers) {
            ids.append(ids.length() == 0 ? "" : ",")
                    .append('"')
                    .append(Digests.of(l))
                    .append('"');
        }
        return "{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"created\":\"2024-01-02T03:04:05.6Z\","
                + "\"config\":{\"Cmd\":[\"/bin/x\"],\"Env\":[\"A=b\"],\"Labels\":{\"l\":\"v\"}},"
                + "\"history\":[{\"created_by\":\"ADD x\"},{\"created_by\":\"CMD y\",\"empty_layer\":true}],"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + ids + "]}}";
    }

    /** What docker save wrote before version 25. */
    static Archive docker(String tag, byte[]... plainLayers) {
        Archive a = new Archive();
        String config = config("amd64", plainLayers);
        String hex = Digests.hex(Digests.of(config.getBytes(StandardCharsets.UTF_8)));
        a.file(hex + ".json", config);
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < plainLayers.length; i++) {
            a.file(i + "/layer.tar", plainLayers[i]);
            names.append(i == 0 ? "" : ",").append("\"" + i + "/layer.tar\"");
        }
        return a.file(
                "manifest.json",
                "[{\"Config\":\"" + hex + ".json\",\"RepoTags\":[\"" + tag + "\"],\"Layers\":[" + names + "]}]");
    }

    static String descriptor(String type, byte[] content, String more) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + Digests.of(content) + "\",\"size\":" + content.length
                + more + "}";
    }

    /** The files of an OCI layout, to be changed by a test before they are packed. */
    static final class Oci {
        final Map<String, byte[]> files = new LinkedHashMap<>();

        String blob(String type, byte[] content, String more) {
            files.put("blobs/sha256/" + Digests.hex(Digests.of(content)), content);
            return descriptor(type, content, more);
        }

        String manifest(String architecture, String layerType, byte[] stored, byte[] plain, String more) {
            byte[] c = config(architecture, plain).getBytes(StandardCharsets.UTF_8);
            String m = "{\"schemaVersion\":2,\"config\":" + blob(MediaTypes.CONFIG, c, "") + ",\"layers\":["
                    + blob(layerType, stored, "") + "]}";
            return blob(MediaTypes.MANIFEST, m.getBytes(StandardCharsets.UTF_8), more);
        }

        static String list(String... descriptors) {
            return "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", descriptors) + "]}";
        }

        Oci index(String... descriptors) {
            files.put("index.json", list(descriptors).getBytes(StandardCharsets.UTF_8));
            files.put("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
            return this;
        }

        byte[] tar() {
            Archive a = new Archive();
            files.forEach(a::file);
            return a.bytes();
        }
    }
}

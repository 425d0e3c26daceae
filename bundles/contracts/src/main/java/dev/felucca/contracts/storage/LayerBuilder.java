package dev.felucca.contracts.storage;

import dev.felucca.api.storage.LayerSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes layers entry by entry, also such as no builder makes. */
public final class LayerBuilder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

    public LayerBuilder() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    /** An entry with a name as given, whatever it is. */
    public LayerBuilder add(String name, byte type, String content, Consumer<TarArchiveEntry> more) {
        try {
            byte[] data = content.getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry e = new TarArchiveEntry(name, type, true);
            e.setMode(type == TarConstants.LF_DIR ? 0755 : 0644);
            e.setModTime(1_700_000_000_000L);
            if (type == TarConstants.LF_NORMAL) {
                e.setSize(data.length);
            }
            more.accept(e);
            tar.putArchiveEntry(e);
            if (type == TarConstants.LF_NORMAL) {
                tar.write(data);
            }
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public LayerBuilder file(String name, String content) {
        return add(name, TarConstants.LF_NORMAL, content, e -> {});
    }

    public LayerBuilder file(String name, String content, Consumer<TarArchiveEntry> more) {
        return add(name, TarConstants.LF_NORMAL, content, more);
    }

    public LayerBuilder dir(String name, int mode) {
        return add(name + "/", TarConstants.LF_DIR, "", e -> e.setMode(mode));
    }

    public LayerBuilder dir(String name) {
        return dir(name, 0755);
    }

    public LayerBuilder symlink(String name, String target) {
        return add(name, TarConstants.LF_SYMLINK, "", e -> e.setLinkName(target));
    }

    public LayerBuilder hardLink(String name, String target) {
        return add(name, TarConstants.LF_LINK, "", e -> e.setLinkName(target));
    }

    public LayerBuilder device(String name, int major, int minor) {
        return add(name, TarConstants.LF_CHR, "", e -> {
            e.setDevMajor(major);
            e.setDevMinor(minor);
        });
    }

    /** The archive's bytes. */
    public byte[] bytes() {
        try {
            tar.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public LayerSource source() {
        return of(bytes());
    }

    public static LayerSource of(byte[] archive) {
        return () -> new ByteArrayInputStream(archive);
    }
}

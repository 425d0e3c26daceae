package dev.felucca.api.registry;

/** A manifest or an index as a registry sent it. */
public final class RegistryManifest {
    private final String mediaType;
    private final String digest;
    private final byte[] content;

    public RegistryManifest(String mediaType, String digest, byte[] content) {
        this.mediaType = mediaType;
        this.digest = digest;
        this.content = content.clone();
    }

    public String mediaType() {
        return mediaType;
    }

    /** Of the content, computed here. */
    public String digest() {
        return digest;
    }

    /** The bytes as they came; the caller's. */
    public byte[] content() {
        return content.clone();
    }

    /** Bytes of the content. */
    public long size() {
        return content.length;
    }
}

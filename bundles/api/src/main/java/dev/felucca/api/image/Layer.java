package dev.felucca.api.image;

import org.jspecify.annotations.Nullable;

/**
 * One layer of an image, bottom first in its list.
 *
 * @param diffId digest of the uncompressed tar
 * @param chainId digest of this layer and all below (OCI image spec, "Layer ChainID")
 * @param parent chain id below; null for the base layer
 */
public record Layer(String diffId, String chainId, @Nullable String parent) {}

package dev.felucca.image;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the image store: the limits on what is loaded and imported. */
@ObjectClassDefinition(name = "Felucca images")
public @interface ImageOptions {
    @AttributeDefinition(description = "Largest layer, uncompressed, in bytes")
    long maxLayerBytes() default 64L << 30;

    @AttributeDefinition(
            description = "Largest ratio of uncompressed to compressed size; looked at in what is larger than 64 MiB")
    int maxCompressionRatio() default 200;

    @AttributeDefinition(description = "Most entries in a layer or an archive")
    int maxEntries() default 2_000_000;

    @AttributeDefinition(description = "Largest manifest, index or image configuration, in bytes")
    int maxJsonBytes() default 4 << 20;

    @AttributeDefinition(description = "Deepest nesting in a manifest, index or image configuration")
    int maxJsonDepth() default 64;

    @AttributeDefinition(description = "Deepest nesting of indexes in an OCI image layout")
    int maxIndexDepth() default 4;

    @AttributeDefinition(description = "Most layers of an image")
    int maxLayers() default 500;

    @AttributeDefinition(description = "Layers of one image that are pulled at a time")
    int concurrentDownloads() default 3;

    @AttributeDefinition(description = "Layers of one image that are pushed at a time")
    int concurrentUploads() default 5;
}

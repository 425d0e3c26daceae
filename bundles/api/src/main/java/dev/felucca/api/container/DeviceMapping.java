package dev.felucca.api.container;

/** A host device in the container; permissions are some of {@code rwm}. */
public record DeviceMapping(String pathOnHost, String pathInContainer, String permissions) {}

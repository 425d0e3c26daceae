package dev.felucca.api.network;

/**
 * One more network that a container is connected to when it starts.
 *
 * @param network its name or id
 * @param options without ports
 */
public record NetworkAttachment(String network, NetworkOptions options) {}

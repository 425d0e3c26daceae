package dev.felucca.door.net;

/**
 * A network device.
 *
 * @param kind {@code bridge}, {@code veth}, ...; empty for a physical one
 * @param master index of the bridge that it is a port of, or 0
 * @param mac as {@code 02:42:ac:11:00:02}; empty if it has none
 * @param alias words that somebody gave it; empty if nobody did
 */
public record Link(int index, String name, String kind, boolean up, int mtu, int master, String mac, String alias) {}

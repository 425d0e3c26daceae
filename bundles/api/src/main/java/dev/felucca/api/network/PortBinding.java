package dev.felucca.api.network;

/**
 * A published port.
 *
 * @param containerPort 1 to 65535
 * @param protocol {@code tcp} or {@code udp}
 * @param hostIp address of the host, literal; empty for all of both families
 * @param hostPort 0 for any that is free
 * @param hostPortEnd the last of a range of which one is taken; equal to {@code hostPort} otherwise
 */
public record PortBinding(int containerPort, String protocol, String hostIp, int hostPort, int hostPortEnd) {
    /** As docker writes it: {@code 80/tcp}. */
    public String container() {
        return containerPort + "/" + protocol;
    }
}

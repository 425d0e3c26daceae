package dev.felucca.api.container;

import dev.felucca.api.network.NetworkAttachment;
import dev.felucca.api.network.NetworkOptions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a container runs on this host. Modes are docker's words: {@code networkMode} none, host, container:ID, default,
 * or a network by name or id;
 * {@code pidMode}, {@code utsMode} empty or host (pid: container:ID too); {@code ipcMode} private, host, container:ID,
 * shareable; {@code cgroupnsMode} private or host.
 *
 * @param network what it wants of the network that {@code networkMode} names
 * @param networks more networks
 * @param mainDisconnected whether it does not join the network that {@code networkMode} names: it was disconnected since
 * @param extraHosts {@code NAME:ADDRESS}, where the address may be {@code host-gateway}
 * @param runtime null for the default runtime
 * @param annotations go into the spec; {@code felucca.storage}, {@code felucca.cgroup} and {@code felucca.namespace} pick drivers
 * @param shmSize bytes of /dev/shm; null for 64 MiB
 * @param timeOffsets seconds by clock ({@code monotonic}, {@code boottime}); not empty makes a time namespace
 * @param maskedPaths and readonlyPaths null for the defaults
 * @param oomScoreAdj -1000 to 1000; null keeps the engine's
 * @param restartPolicy null in what an older engine stored, for {@link RestartPolicy#NO}
 * @param init whether a small init is process 1, which reaps and passes signals on to the program
 */
public record HostConfig(
        String networkMode,
        String pidMode,
        String ipcMode,
        String utsMode,
        String cgroupnsMode,
        boolean privileged,
        boolean readonlyRootfs,
        List<String> capAdd,
        List<String> capDrop,
        List<String> securityOpt,
        List<String> groupAdd,
        List<VolumeMount> mounts,
        List<String> volumesFrom,
        List<DeviceMapping> devices,
        List<Ulimit> ulimits,
        Map<String, String> sysctls,
        Resources resources,
        String cgroupParent,
        @Nullable String runtime,
        Map<String, String> annotations,
        Map<String, String> logOptions,
        List<String> extraHosts,
        List<String> dns,
        List<String> dnsSearch,
        List<String> dnsOptions,
        @Nullable Long shmSize,
        @Nullable Integer oomScoreAdj,
        Map<String, Long> timeOffsets,
        @Nullable List<String> maskedPaths,
        @Nullable List<String> readonlyPaths,
        boolean autoRemove,
        RestartPolicy restartPolicy,
        boolean init,
        NetworkOptions network,
        List<NetworkAttachment> networks,
        boolean mainDisconnected) {
    public HostConfig {
        capAdd = Resources.orEmpty(capAdd);
        capDrop = Resources.orEmpty(capDrop);
        securityOpt = Resources.orEmpty(securityOpt);
        groupAdd = Resources.orEmpty(groupAdd);
        mounts = Resources.orEmpty(mounts);
        volumesFrom = Resources.orEmpty(volumesFrom);
        devices = Resources.orEmpty(devices);
        ulimits = Resources.orEmpty(ulimits);
        sysctls = Map.copyOf(sysctls);
        annotations = Map.copyOf(annotations);
        logOptions = Map.copyOf(logOptions);
        extraHosts = Resources.orEmpty(extraHosts);
        dns = Resources.orEmpty(dns);
        dnsSearch = Resources.orEmpty(dnsSearch);
        dnsOptions = Resources.orEmpty(dnsOptions);
        timeOffsets = Map.copyOf(timeOffsets);
        restartPolicy = RestartPolicy.orNo(restartPolicy);
        network = network == null ? NetworkOptions.none() : network;
        networks = Resources.orEmpty(networks);
    }

    /** The same with other limits and another restart policy. */
    public HostConfig with(Resources changed, RestartPolicy policy) {
        return with(changed, policy, network, networks, mainDisconnected);
    }

    /** The same with other networks beside the first. */
    public HostConfig withNetworks(List<NetworkAttachment> more) {
        return with(resources, restartPolicy, network, more, mainDisconnected);
    }

    /** The same with other wishes for the first network, or disconnected from it. */
    public HostConfig withMain(NetworkOptions wishes, boolean disconnected) {
        return with(resources, restartPolicy, wishes, networks, disconnected);
    }

    private HostConfig with(
            Resources changed,
            RestartPolicy policy,
            NetworkOptions main,
            List<NetworkAttachment> more,
            boolean disconnected) {
        return new HostConfig(
                networkMode,
                pidMode,
                ipcMode,
                utsMode,
                cgroupnsMode,
                privileged,
                readonlyRootfs,
                capAdd,
                capDrop,
                securityOpt,
                groupAdd,
                mounts,
                volumesFrom,
                devices,
                ulimits,
                sysctls,
                changed,
                cgroupParent,
                runtime,
                annotations,
                logOptions,
                extraHosts,
                dns,
                dnsSearch,
                dnsOptions,
                shmSize,
                oomScoreAdj,
                timeOffsets,
                maskedPaths,
                readonlyPaths,
                autoRemove,
                policy,
                init,
                main,
                more,
                disconnected);
    }
}

package dev.felucca.itests;

import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.container.Resources;
import dev.felucca.api.container.RestartPolicy;
import dev.felucca.api.container.VolumeMount;
import dev.felucca.api.network.NetworkAttachment;
import dev.felucca.api.network.NetworkOptions;
import dev.felucca.api.network.PortBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a test asks for: a container of busybox with the network none unless another is asked for, and what the test sets. */
final class Request {
    private final Combo combo;
    private final List<String> command;
    private final List<String> env = new ArrayList<>();
    private final List<VolumeMount> mounts = new ArrayList<>();
    private Set<String> volumes = Set.of();
    private String cgroupParent = "";
    private String network = "none";
    private NetworkOptions networkOptions = NetworkOptions.none();
    private List<NetworkAttachment> networks = List.of();
    private String image = "busybox";
    private @Nullable String name;
    private @Nullable String user;
    private @Nullable String workingDir;
    private @Nullable String hostname;
    private @Nullable Integer stopTimeout;
    private @Nullable Long memory;
    private @Nullable Long pids;
    private @Nullable Long nanoCpus;
    private boolean tty;
    private boolean stdin;
    private boolean readonlyRoot;
    private boolean autoRemove;
    private RestartPolicy restartPolicy = RestartPolicy.NO;
    private boolean init;

    Request(Combo combo, String... command) {
        this.combo = combo;
        this.command = List.of(command);
    }

    Request image(String reference) {
        image = reference;
        return this;
    }

    Request name(String value) {
        name = value;
        return this;
    }

    Request env(String assignment) {
        env.add(assignment);
        return this;
    }

    Request user(String value) {
        user = value;
        return this;
    }

    Request workingDir(String value) {
        workingDir = value;
        return this;
    }

    Request hostname(String value) {
        hostname = value;
        return this;
    }

    Request stopTimeout(int seconds) {
        stopTimeout = seconds;
        return this;
    }

    Request memory(long bytes) {
        memory = bytes;
        return this;
    }

    Request pids(long limit) {
        pids = limit;
        return this;
    }

    Request nanoCpus(long billionths) {
        nanoCpus = billionths;
        return this;
    }

    Request tty() {
        tty = true;
        return this;
    }

    Request stdin() {
        stdin = true;
        return this;
    }

    Request readonlyRoot() {
        readonlyRoot = true;
        return this;
    }

    Request autoRemove() {
        autoRemove = true;
        return this;
    }

    Request restart(RestartPolicy.When when, int retries) {
        restartPolicy = new RestartPolicy(when, retries);
        return this;
    }

    Request init() {
        init = true;
        return this;
    }

    Request cgroupParent(String path) {
        cgroupParent = path;
        return this;
    }

    Request network(String mode, PortBinding... ports) {
        network = mode;
        networkOptions = new NetworkOptions(List.of(ports), false, null, null, null, List.of());
        return this;
    }

    Request network(String mode, NetworkOptions options, NetworkAttachment... more) {
        network = mode;
        networkOptions = options;
        networks = List.of(more);
        return this;
    }

    Request anonymousVolume(String target) {
        volumes = Set.of(target);
        return this;
    }

    Request volume(String source, String target) {
        mounts.add(new VolumeMount("volume", source, target, false, null, false, false, ""));
        return this;
    }

    Request bind(String source, String target, boolean readOnly) {
        mounts.add(new VolumeMount("bind", source, target, readOnly, null, false, false, ""));
        return this;
    }

    @Nullable
    String name() {
        return name;
    }

    ContainerConfig config() {
        return new ContainerConfig(
                image,
                command,
                null,
                env,
                workingDir,
                user,
                hostname,
                "",
                tty,
                stdin,
                stdin,
                Map.of(),
                Set.of(),
                volumes,
                null,
                stopTimeout,
                null);
    }

    HostConfig hostConfig() {
        Resources resources = new Resources(
                memory, null, null, null, null, nanoCpus, null, null, null, null, null, null, null, null, List.of(),
                List.of(), List.of(), List.of(), pids, List.of());
        return new HostConfig(
                network,
                "",
                "private",
                "",
                "private",
                false,
                readonlyRoot,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                mounts,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                resources,
                cgroupParent,
                combo.runtime(),
                Map.of(
                        "felucca.storage", combo.storage(),
                        "felucca.cgroup", combo.cgroup(),
                        "felucca.namespace", combo.namespace()),
                Map.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                Map.of(),
                null,
                null,
                autoRemove,
                restartPolicy,
                init,
                networkOptions,
                networks,
                false);
    }
}

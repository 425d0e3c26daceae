package dev.felucca.core.spec;

import dev.felucca.api.container.ContainerConfig;
import dev.felucca.api.container.HostConfig;
import dev.felucca.api.spec.Linux;
import dev.felucca.api.spec.LinuxCapabilities;
import dev.felucca.api.spec.LinuxNamespaceType;
import dev.felucca.api.spec.Mount;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Root;
import dev.felucca.api.spec.Spec;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From a container's configuration to its runtime spec: the {@code createSpec} step. Stateless and thread-safe.
 *
 * <p>Who completes a spec: the execution backend resolves the user and HOME in the mounted root, and knows where the root
 * filesystem is; {@code root.path} is the runtime bundle's usual {@code rootfs}.
 */
public final class SpecFactory {
    private SpecFactory() {}

    /**
     * Checks everything that can be checked without making anything, in docker's words where users know them.
     *
     * @throws dev.felucca.api.EngineException INVALID for what is wrong, UNSUPPORTED for what Felucca cannot do; both name the
     *     value
     */
    public static void validate(ContainerConfig config, HostConfig host) {
        validate(config, host, HostFacts.here());
    }

    static void validate(ContainerConfig config, HostConfig host, HostFacts facts) {
        NamespacePlan.modes(host);
        NamespacePlan.timeOffsets(host);
        ConfigChecks.check(config, host);
        List<String> capabilities = CapabilityNames.of(host, facts.capabilities());
        SecurityOptions.parse(host.securityOpt()).filter(host, new HashSet<>(capabilities));
        Ulimits.of(host.ulimits());
        Sysctls.check(host);
        Devices.check(host);
        ResourceChecks.check(host.resources(), facts);
        MountChecks.check(host.mounts());
        Mounts.checkSharedMemory(NamespaceMode.ipc(host), host.mounts());
    }

    /**
     * The spec for a run of the container now: devices and profiles are looked at again.
     *
     * @throws dev.felucca.api.EngineException as for validate, if the host is not any more what it was then
     */
    public static Spec create(SpecInput in) {
        return create(in, HostFacts.here());
    }

    static Spec create(SpecInput in, HostFacts facts) {
        HostConfig host = in.host();
        SecurityOptions security = SecurityOptions.parse(host.securityOpt());
        List<String> capabilities = CapabilityNames.of(host, facts.capabilities());
        List<Mount> mounts = Mounts.of(in, security);
        boolean ownDev =
                mounts.stream().noneMatch(m -> m.isBind() && m.destination().equals("/dev"));
        Devices devices = Devices.of(host, facts, ownDev);
        SystemPaths paths = SystemPaths.of(host, security, facts);

        Linux linux = Linux.builder()
                .sysctl(Sysctls.of(host, facts))
                .resources(ResourceLimits.of(host.resources(), devices.rules()))
                .cgroupsPath(in.cgroupsPath())
                .namespaces(in.namespaces())
                .devices(devices.nodes())
                .seccomp(security.filter(host, new HashSet<>(capabilities)))
                .rootfsPropagation(SharedMounts.rootPropagation(in.mounts()))
                .maskedPaths(paths.masked())
                .readonlyPaths(paths.readonly())
                .timeOffsets(in.timeOffsets())
                .build();
        Spec spec = Spec.of(process(in, capabilities, security), new Root("rootfs", host.readonlyRootfs()))
                .withMounts(mounts)
                .withAnnotations(host.annotations())
                .withLinux(linux);
        boolean ownName = in.namespaces().stream().anyMatch(n -> n.type() == LinuxNamespaceType.UTS);
        if (!ownName) {
            return spec;
        }
        String domain = in.config().domainname();
        return spec.withHostname(in.hostname()).withDomainname(domain.isEmpty() ? null : domain);
    }

    private static Process process(SpecInput in, List<String> capabilities, SecurityOptions security) {
        return Process.builder(in.args())
                .terminal(in.config().tty())
                .env(Environment.of(in))
                .cwd(workingDirectory(in.config().workingDir(), in.image().workingDir()))
                .capabilities(LinuxCapabilities.of(capabilities))
                .rlimits(Ulimits.of(in.host().ulimits()))
                .noNewPrivileges(security.noNewPrivileges())
                .oomScoreAdj(in.host().oomScoreAdj())
                .build();
    }

    /** The image's may be relative, as in {@code WORKDIR app}: to the root. In its shortest form, as Docker has it. */
    private static String workingDirectory(@Nullable String own, String images) {
        String directory = own == null || own.isEmpty() ? images : own;
        return Path.of("/", directory).normalize().toString();
    }
}

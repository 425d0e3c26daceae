package dev.felucca.api.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The program of a container, or one that is executed in it later.
 *
 * @param terminal whether it gets a pseudo-terminal of the container's own devpts
 * @param consoleSize the terminal's first size
 * @param args program and arguments; the program is looked up in the PATH of {@code env}
 * @param env {@code NAME=value}
 * @param cwd absolute working directory in the container
 * @param oomScoreAdj -1000 to 1000; null leaves it as it is
 */
@SuppressWarnings("JavaLangClash") // the specification's own name
public record Process(
        boolean terminal,
        @Nullable Box consoleSize,
        User user,
        List<String> args,
        List<String> env,
        String cwd,
        LinuxCapabilities capabilities,
        List<PosixRlimit> rlimits,
        boolean noNewPrivileges,
        @Nullable String apparmorProfile,
        @Nullable Integer oomScoreAdj,
        @Nullable Scheduler scheduler,
        @Nullable String selinuxLabel,
        @Nullable LinuxIoPriority ioPriority,
        @Nullable CpuAffinity execCPUAffinity) {
    public Process {
        user = user == null ? User.ROOT : user;
        args = Copies.of(args);
        env = Copies.of(env);
        Spec.required(cwd, "process.cwd");
        capabilities = capabilities == null ? LinuxCapabilities.NONE : capabilities;
        rlimits = Copies.of(rlimits);
    }

    /** A builder with root's ids, no capabilities and working directory {@code /}. */
    public static Builder builder(List<String> args) {
        return new Builder().args(args);
    }

    /** A builder that starts from this one. */
    public Builder toBuilder() {
        Builder b = new Builder();
        b.terminal = terminal;
        b.consoleSize = consoleSize;
        b.user = user;
        b.args = args;
        b.env = env;
        b.cwd = cwd;
        b.capabilities = capabilities;
        b.rlimits = rlimits;
        b.noNewPrivileges = noNewPrivileges;
        b.apparmorProfile = apparmorProfile;
        b.oomScoreAdj = oomScoreAdj;
        b.scheduler = scheduler;
        b.selinuxLabel = selinuxLabel;
        b.ioPriority = ioPriority;
        b.execCpuAffinity = execCPUAffinity;
        return b;
    }

    /** Collects the fields of a {@link Process}. */
    public static final class Builder {
        private boolean terminal;
        private @Nullable Box consoleSize;
        private User user = User.ROOT;
        private List<String> args = List.of();
        private List<String> env = List.of();
        private String cwd = "/";
        private LinuxCapabilities capabilities = LinuxCapabilities.NONE;
        private List<PosixRlimit> rlimits = List.of();
        private boolean noNewPrivileges;
        private @Nullable String apparmorProfile;
        private @Nullable Integer oomScoreAdj;
        private @Nullable Scheduler scheduler;
        private @Nullable String selinuxLabel;
        private @Nullable LinuxIoPriority ioPriority;
        private @Nullable CpuAffinity execCpuAffinity;

        private Builder() {}

        public Builder terminal(boolean value) {
            terminal = value;
            return this;
        }

        public Builder consoleSize(@Nullable Box value) {
            consoleSize = value;
            return this;
        }

        public Builder user(User value) {
            user = value;
            return this;
        }

        public Builder args(List<String> value) {
            args = value;
            return this;
        }

        public Builder env(List<String> value) {
            env = value;
            return this;
        }

        public Builder cwd(String value) {
            cwd = value;
            return this;
        }

        public Builder capabilities(LinuxCapabilities value) {
            capabilities = value;
            return this;
        }

        public Builder rlimits(List<PosixRlimit> value) {
            rlimits = value;
            return this;
        }

        public Builder noNewPrivileges(boolean value) {
            noNewPrivileges = value;
            return this;
        }

        public Builder apparmorProfile(@Nullable String value) {
            apparmorProfile = value;
            return this;
        }

        public Builder oomScoreAdj(@Nullable Integer value) {
            oomScoreAdj = value;
            return this;
        }

        public Builder scheduler(@Nullable Scheduler value) {
            scheduler = value;
            return this;
        }

        public Builder selinuxLabel(@Nullable String value) {
            selinuxLabel = value;
            return this;
        }

        public Builder ioPriority(@Nullable LinuxIoPriority value) {
            ioPriority = value;
            return this;
        }

        public Builder execCpuAffinity(@Nullable CpuAffinity value) {
            execCpuAffinity = value;
            return this;
        }

        public Process build() {
            return new Process(
                    terminal,
                    consoleSize,
                    user,
                    args,
                    env,
                    cwd,
                    capabilities,
                    rlimits,
                    noNewPrivileges,
                    apparmorProfile,
                    oomScoreAdj,
                    scheduler,
                    selinuxLabel,
                    ioPriority,
                    execCpuAffinity);
        }
    }
}

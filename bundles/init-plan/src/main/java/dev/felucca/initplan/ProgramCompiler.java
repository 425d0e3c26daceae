package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.Box;
import dev.felucca.api.spec.Linux;
import dev.felucca.api.spec.LinuxCapabilities;
import dev.felucca.api.spec.LinuxSeccomp;
import dev.felucca.api.spec.Mount;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.User;
import dev.felucca.door.Barrier;
import java.util.ArrayList;
import java.util.List;

/** The part of a plan that a container's first program and one that is executed later have in common. */
final class ProgramCompiler {
    private static final int DEFAULT_UMASK = 022;
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final PlanBuilder plan;
    private final Process process;
    private final Linux linux;
    private final int uid;
    private final int gid;

    ProgramCompiler(PlanBuilder plan, Process process, Linux linux) {
        this.plan = plan;
        this.process = process;
        this.linux = linux;
        this.uid = Ids.check("process.user.uid", process.user().uid());
        this.gid = Ids.check("process.user.gid", process.user().gid());
        if (process.args().isEmpty() || process.args().get(0).isEmpty()) {
            throw EngineException.invalid("process.args: no command specified");
        }
        if (!process.cwd().startsWith("/")) {
            throw EngineException.invalid("process.cwd: \"" + process.cwd() + "\" is not an absolute path");
        }
        if (process.execCPUAffinity() != null) {
            throw EngineException.unsupported("runtime spec: process.execCPUAffinity is not supported");
        }
    }

    /** A terminal of the container's own devpts, or the three descriptors that the backend has for it. */
    void stdio(boolean console, List<Mount> mounts) {
        if (process.terminal()) {
            Box size = process.consoleSize() == null ? new Box(0, 0) : process.consoleSize();
            plan.add(new ProgramOp.Terminal(size.height(), size.width(), uid, terminalGroup(mounts), console));
            return;
        }
        for (int fd = 0; fd <= 2; fd++) {
            plan.add(new ProgramOp.UseFd(plan.slot(new SlotSource.Stdio(fd)), fd));
        }
    }

    /** The group that devpts gives to terminals, usually tty (5); the user's own if it says none. */
    private int terminalGroup(List<Mount> mounts) {
        return mounts.stream()
                .filter(m -> "devpts".equals(m.type()))
                .flatMap(m -> m.options().stream())
                .filter(o -> o.matches("gid=\\d{1,9}"))
                .mapToInt(o -> Integer.parseInt(o.substring(4)))
                .findFirst()
                .orElse(gid);
    }

    /** Limits and scheduling: they need privileges, and files of /proc. */
    void limits(List<ProcessOp.Rlimit> saved) {
        if (process.oomScoreAdj() != null) {
            plan.add(new ProcessOp.OomScoreAdj(process.oomScoreAdj()));
        }
        if (process.scheduler() != null) {
            plan.add(Schedules.scheduler(process.scheduler()));
        }
        if (process.ioPriority() != null) {
            plan.add(Schedules.ioPriority(process.ioPriority()));
        }
        if (linux.personality() != null) {
            plan.add(Schedules.personality(linux.personality()));
        }
        if (process.apparmorProfile() != null && !process.apparmorProfile().isEmpty()) {
            plan.add(new IdentityOp.LsmExecLabel(IdentityOp.LsmExecLabel.Lsm.APPARMOR, process.apparmorProfile()));
        }
        if (process.selinuxLabel() != null && !process.selinuxLabel().isEmpty()) {
            plan.add(new IdentityOp.LsmExecLabel(IdentityOp.LsmExecLabel.Lsm.SELINUX, process.selinuxLabel()));
        }
        Rlimits.merge(saved, process.rlimits()).forEach(plan::add);
        if (process.noNewPrivileges()) {
            plan.add(new IdentityOp.NoNewPrivs());
        }
    }

    /** From the START barrier to exec. */
    void run(int deathSignal) {
        LinuxSeccomp seccomp = linux.seccomp();
        IdentityOp.Seccomp filter = seccomp == null ? null : SeccompCompiler.compile(seccomp);
        if (uid != 0) {
            plan.add(new ProgramOp.OwnStdio(uid));
        }
        User user = process.user();
        plan.add(new ProcessOp.Umask(user.umask() == null ? DEFAULT_UMASK : user.umask() & 0777));
        plan.add(new ProcessOp.AwaitBarrier(Barrier.START));
        plan.add(new ProgramOp.CloseOthers());
        if (filter != null && !process.noNewPrivileges()) {
            plan.add(filter);
        }
        credentials(user);
        if (deathSignal != 0) {
            plan.add(new ProcessOp.ParentDeathSignal(deathSignal));
        }
        if (filter != null && process.noNewPrivileges()) {
            plan.add(filter);
        }
        plan.add(new ProgramOp.Exec(process.args(), process.env(), candidates()));
    }

    /**
     * The directory is tried as root first and again as the user: either may be the one who can enter it. The bounding set goes
     * while CAP_SETPCAP is held; capabilities are kept over the change of user and then set to what the spec says.
     */
    private void credentials(User user) {
        LinuxCapabilities caps = process.capabilities();
        long permitted = Capabilities.mask("permitted", caps.permitted());
        long inheritable = Capabilities.mask("inheritable", caps.inheritable());
        long effective = Capabilities.mask("effective", caps.effective());
        long ambient = Capabilities.mask("ambient", caps.ambient());
        if ((effective & ~permitted) != 0) {
            throw EngineException.invalid("process.capabilities.effective: it holds more than permitted");
        }
        if ((ambient & ~(permitted & inheritable)) != 0) {
            throw EngineException.invalid(
                    "process.capabilities.ambient: it holds more than both permitted and inheritable");
        }
        List<Integer> groups = new ArrayList<>();
        for (long group : user.additionalGids()) {
            groups.add(Ids.check("process.user.additionalGids", group));
        }
        plan.add(new ProgramOp.Chdir(process.cwd(), true, false));
        plan.add(new IdentityOp.Bounding(Capabilities.mask("bounding", caps.bounding())));
        plan.add(new IdentityOp.KeepCaps(true));
        plan.add(new IdentityOp.SetGroups(groups));
        plan.add(new IdentityOp.SetGid(gid));
        plan.add(new IdentityOp.SetUid(uid));
        plan.add(new ProgramOp.Chdir(process.cwd(), false, true));
        plan.add(new IdentityOp.KeepCaps(false));
        plan.add(new IdentityOp.Caps(effective, permitted, inheritable, ambient));
    }

    /** Where the program is looked for; empty entries of PATH, which would mean the working directory, are passed over. */
    private List<String> candidates() {
        String program = process.args().get(0);
        if (program.contains("/")) {
            return List.of(program);
        }
        String path = DEFAULT_PATH;
        for (String variable : process.env()) {
            if (variable.startsWith("PATH=")) {
                path = variable.substring("PATH=".length());
            }
        }
        List<String> candidates = new ArrayList<>();
        for (String directory : path.split(":")) {
            if (!directory.isEmpty()) {
                candidates.add(directory + "/" + program);
            }
        }
        if (candidates.isEmpty()) {
            throw EngineException.invalid("exec: \"" + program + "\": executable file not found in $PATH");
        }
        return candidates;
    }
}

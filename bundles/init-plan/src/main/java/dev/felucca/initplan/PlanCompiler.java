package dev.felucca.initplan;

import dev.felucca.api.EngineException;
import dev.felucca.api.spec.Hooks;
import dev.felucca.api.spec.Linux;
import dev.felucca.api.spec.LinuxTimeOffset;
import dev.felucca.api.spec.Process;
import dev.felucca.api.spec.Spec;
import dev.felucca.door.Barrier;
import dev.felucca.door.NamespaceType;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles a runtime spec into an init plan: the one place where policy becomes operations. Pure: it touches neither files nor
 * the kernel, and the same input gives the same plan. Thread-safe.
 *
 * <p>Order of a birth:
 * <ol>
 *   <li>bootstrap: not dumpable before anything of a container is joined (CVE-2016-9962); joins; the time namespace, whose
 *       offsets must be written before anyone lives in it; clone.
 *   <li>its control groups: init writes itself into those whose {@code cgroup.procs} it has, or waits at CGROUP_PLACED; then the
 *       cgroup namespace, whose root is the group of that moment; the loopback interface of a new network namespace.
 *   <li>session, keyring, root, mounts in the spec's order, devices, terminal or stdio.
 *   <li>NETWORK_READY: all namespaces exist and can be pinned, the network can be set up.
 *   <li>pivot, root's propagation, names, sysctls (before /proc/sys turns read-only), read-only paths, masks, read-only root.
 *   <li>limits, scheduling, label, no_new_privs.
 *   <li>START. Everything that talks to the engine or opens files lies before it, since a filter may forbid that.
 *   <li>seccomp without no_new_privs, which needs CAP_SYS_ADMIN; bounding set, directory, ids, capabilities, parent-death
 *       signal (ids clear it); seccomp with no_new_privs as the last thing; exec.
 * </ol>
 * What it refuses it names: INVALID for what contradicts the specification, UNSUPPORTED for what Felucca cannot do.
 */
public final class PlanCompiler {
    private PlanCompiler() {}

    /** The plan that makes a container and runs its program. */
    public static CompiledPlan compile(Spec spec, BirthDescription birth) {
        refuseUnsupported(spec);
        Linux linux = spec.linux();
        NamespaceSet namespaces = NamespaceSet.of(linux.namespaces());
        PlanBuilder plan = new PlanBuilder();

        plan.add(new ProcessOp.Dumpable(false));
        namespaces.join(plan);
        if (namespaces.isNew(NamespaceType.TIME)) {
            plan.add(new ProcessOp.Unshare(Set.of(NamespaceType.TIME)));
            linux.timeOffsets().forEach((clock, offset) -> plan.add(timeOffset(clock, offset)));
        } else if (!linux.timeOffsets().isEmpty()) {
            throw EngineException.invalid("linux.timeOffsets: they need a new time namespace");
        }
        Optional<Slot> group =
                birth.bornInGroup() ? Optional.of(plan.slot(new SlotSource.CgroupDirectory())) : Optional.empty();
        plan.add(new ProcessOp.Clone(namespaces.cloned(), group));
        place(plan, birth.procsSlots(), birth.bornInGroup());
        if (namespaces.isNew(NamespaceType.CGROUP)) {
            plan.add(new ProcessOp.Unshare(Set.of(NamespaceType.CGROUP)));
        }
        if (namespaces.isNew(NamespaceType.NETWORK)) {
            plan.add(new ProcessOp.Loopback());
        }
        session(plan, birth.containerId());

        RootPropagation propagation = RootPropagation.of(linux.rootfsPropagation());
        plan.add(new MountOp.Root(plan.slot(new SlotSource.RootFilesystem()), propagation.before()));
        new MountCompiler(plan, birth, namespaces, linux.cgroupsPath()).all(spec.mounts());
        DeviceCompiler.compile(plan, spec);
        // Docker makes a working directory that is missing; a path through a link of procfs is refused here
        // (CVE-2024-21626).
        plan.add(new MountOp.Mkdir(spec.process().cwd(), 0755, 0, 0, true));
        ProgramCompiler program = new ProgramCompiler(plan, spec.process(), linux);
        program.stdio(true, spec.mounts());
        plan.add(new ProcessOp.AwaitBarrier(Barrier.NETWORK_READY));

        plan.add(new MountOp.Pivot());
        if (propagation.after() != 0) {
            plan.add(new MountOp.MountSet("/", 0, 0, propagation.after(), false));
        }
        names(plan, spec, namespaces);
        linux.sysctl().forEach((key, value) -> plan.add(Sysctls.op(key, value, namespaces)));
        linux.readonlyPaths()
                .forEach(p -> plan.add(new MountOp.ReadOnly(ContainerPaths.check("readonlyPaths", p), true)));
        linux.maskedPaths().forEach(p -> plan.add(new MountOp.Mask(ContainerPaths.check("maskedPaths", p), true)));
        if (spec.root().readonly()) {
            plan.add(MountOp.readonlyRoot());
        }
        program.limits(birth.savedRlimits());
        program.run(birth.deathSignal());
        return plan.build();
    }

    /** The plan that runs one more process in a running container; the container's spec says how it is confined. */
    public static CompiledPlan compileExec(Spec container, Process process, ExecDescription exec) {
        PlanBuilder plan = new PlanBuilder();
        plan.add(new ProcessOp.Dumpable(false));
        for (NamespaceType type : NamespaceSet.JOIN_ORDER) {
            String path = exec.namespaces().get(type);
            if (path != null) {
                plan.add(new ProcessOp.Join(type, plan.slot(new SlotSource.NamespacePath(type, path))));
            }
        }
        plan.add(new ProcessOp.Clone(EnumSet.noneOf(NamespaceType.class)));
        place(plan, exec.procsSlots(), false);
        session(plan, exec.containerId());
        ProgramCompiler program = new ProgramCompiler(plan, process, container.linux());
        program.stdio(false, container.mounts());
        program.limits(exec.savedRlimits());
        program.run(exec.deathSignal());
        return plan.build();
    }

    private static void place(PlanBuilder plan, int procsSlots, boolean bornInGroup) {
        for (int i = 0; i < procsSlots; i++) {
            plan.add(new ProcessOp.WriteFd(plan.slot(new SlotSource.CgroupProcs(i)), "0"));
        }
        if (procsSlots == 0 && !bornInGroup) {
            plan.add(new ProcessOp.AwaitBarrier(Barrier.CGROUP_PLACED));
        }
    }

    private static void session(PlanBuilder plan, String containerId) {
        plan.add(new ProcessOp.NewSession());
        plan.add(new ProcessOp.SessionKeyring("_ses." + containerId));
    }

    private static ProcessOp timeOffset(String clock, LinuxTimeOffset offset) {
        ProcessOp.TimeOffset.Clock id =
                switch (clock) {
                    case "monotonic" -> ProcessOp.TimeOffset.Clock.MONOTONIC;
                    case "boottime" -> ProcessOp.TimeOffset.Clock.BOOTTIME;
                    default ->
                        throw EngineException.invalid(
                                "linux.timeOffsets: unknown clock \"" + clock + "\"; known are monotonic and boottime");
                };
        if (offset.nanosecs() < 0 || offset.nanosecs() > 999_999_999) {
            throw EngineException.invalid("linux.timeOffsets: nanosecs of " + clock + " are outside 0..999999999");
        }
        return new ProcessOp.TimeOffset(id, offset.secs(), (int) offset.nanosecs());
    }

    private static void names(PlanBuilder plan, Spec spec, NamespaceSet namespaces) {
        String hostname = spec.hostname();
        String domainname = spec.domainname();
        if ((said(hostname) || said(domainname)) && !namespaces.has(NamespaceType.UTS)) {
            throw EngineException.invalid("a host name or domain name cannot be set without a private UTS namespace");
        }
        if (hostname != null && said(hostname)) {
            plan.add(new ProcessOp.Hostname(hostname));
        }
        if (domainname != null && said(domainname)) {
            plan.add(new ProcessOp.Domainname(domainname));
        }
    }

    private static boolean said(@Nullable String text) {
        return text != null && !text.isEmpty();
    }

    private static void refuseUnsupported(Spec spec) {
        refuse(!spec.hooks().equals(Hooks.EMPTY), "hooks");
        Linux linux = spec.linux();
        refuse(linux.intelRdt() != null, "linux.intelRdt");
        refuse(said(linux.mountLabel()), "linux.mountLabel");
        refuse(
                !List.of(linux.uidMappings(), linux.gidMappings()).equals(List.of(List.of(), List.of())),
                "linux.uidMappings and linux.gidMappings (user namespaces)");
        refuse(spec.process().execCPUAffinity() != null, "process.execCPUAffinity");
    }

    private static void refuse(boolean asked, String what) {
        if (asked) {
            throw EngineException.unsupported("runtime spec: " + what + " is not supported by Felucca's own init");
        }
    }
}

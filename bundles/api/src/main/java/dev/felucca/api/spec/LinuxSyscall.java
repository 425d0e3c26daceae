package dev.felucca.api.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule of a system call filter.
 *
 * @param errnoRet errno for the actions ERRNO and TRACE; null means EPERM
 * @param args all must hold; but if two speak of the same argument, each is a rule by itself, as in runc
 */
public record LinuxSyscall(
        List<String> names, SeccompAction action, @Nullable Integer errnoRet, List<LinuxSeccompArg> args) {
    public LinuxSyscall {
        Spec.required(action, "linux.seccomp.syscalls[].action");
        names = Copies.of(names);
        args = Copies.of(args);
    }
}

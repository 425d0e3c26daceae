package dev.felucca.api.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A system call filter (seccomp(2)).
 *
 * @param defaultErrnoRet errno for {@code defaultAction} ERRNO or TRACE; null means EPERM
 * @param architectures whose system calls it speaks of; calls of any other architecture are refused
 * @param listenerPath socket that gets the notification descriptor, for NOTIFY
 */
public record LinuxSeccomp(
        SeccompAction defaultAction,
        @Nullable Integer defaultErrnoRet,
        List<SeccompArch> architectures,
        List<SeccompFlag> flags,
        @Nullable String listenerPath,
        @Nullable String listenerMetadata,
        List<LinuxSyscall> syscalls) {
    public LinuxSeccomp {
        Spec.required(defaultAction, "linux.seccomp.defaultAction");
        architectures = Copies.of(architectures);
        flags = Copies.of(flags);
        syscalls = Copies.of(syscalls);
    }
}

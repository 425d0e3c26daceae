/* System calls and constants that musl 1.2.3 has no names for; numbers are the same on x86-64 and arm64 since 5.1. */
#ifndef FELUCCA_SYS_H
#define FELUCCA_SYS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NR_open_tree 428
#define NR_move_mount 429
#define NR_fsopen 430
#define NR_fsconfig 431
#define NR_fsmount 432
#define NR_clone3 435
#define NR_close_range 436
#define NR_openat2 437
#define NR_mount_setattr 442

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif
#define ALL_NAMESPACES                                                                          \
    ((uint32_t)(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |   \
                CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME))
#define CLONE_INTO_CGROUP_ 0x200000000ull

#define RESOLVE_NO_XDEV_ 0x01u
#define RESOLVE_NO_MAGICLINKS_ 0x02u
#define RESOLVE_NO_SYMLINKS_ 0x04u
#define RESOLVE_BENEATH_ 0x08u
#define RESOLVE_IN_ROOT_ 0x10u

#define MOVE_F_EMPTY 0x04u
#define MOVE_T_EMPTY 0x40u
#define TREE_CLONE 1u
#define TREE_RECURSIVE 0x8000u
#define FSCONFIG_FLAG 0u
#define FSCONFIG_STRING 1u
#define FSCONFIG_CREATE 6u
#define ATTR_RDONLY 1u
#define ATTR_NOSUID 2u
#define ATTR_NODEV 4u
#define ATTR_NOEXEC 8u

#define MAGIC_PROC 0x9fa0
#define MAGIC_DEVPTS 0x1cd1
#define PROC_ROOT_INODE 1

struct open_how_ {
    uint64_t flags, mode, resolve;
};
struct mount_attr_ {
    uint64_t set, clear, propagation, userns;
};
struct clone_args_ {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

/* A system call's result as the kernel gives it: negative errno on failure; EINTR is retried. */
#define SYS(...)                                            \
    (__extension__({                                        \
        long r_;                                            \
        do r_ = syscall(__VA_ARGS__);                       \
        while (r_ < 0 && errno == EINTR);                   \
        r_ < 0 ? -errno : (int)r_;                          \
    }))

#endif

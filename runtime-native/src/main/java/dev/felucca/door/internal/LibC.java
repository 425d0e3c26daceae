package dev.felucca.door.internal;

import jnr.ffi.annotations.IgnoreError;

/**
 * What is bound of glibc. Pointers travel as 64-bit addresses; see {@link Scratch} for where they come from. Nearly all
 * goes through syscall(2): it is variadic in C, but with integer arguments only x86-64 and aarch64 pass variadic and
 * fixed arguments alike. The interface must be public, because the generated class lives in another loader.
 */
public interface LibC {
    // For up to five arguments jnr-ffi makes a direct stub; seven take a slower way. Never declare one of exactly six:
    // the stub of jnr-ffi 2.2.19 on x86-64 passes garbage as the sixth.
    long syscall(long number, long a1, long a2, long a3, long a4);

    long syscall(long number, long a1, long a2, long a3, long a4, long a5, long a6);

    /** The last argument is not the function's: it makes seven out of six, see above. */
    @IgnoreError
    int posix_spawn(long pid, long path, long fileActions, long attributes, long argv, long envp, long ignored);

    @IgnoreError
    int posix_spawn_file_actions_init(long fileActions);

    @IgnoreError
    int posix_spawn_file_actions_adddup2(long fileActions, int from, int to);

    @IgnoreError
    int posix_spawn_file_actions_addclosefrom_np(long fileActions, int from);

    @IgnoreError
    int posix_spawn_file_actions_destroy(long fileActions);

    @IgnoreError
    int posix_spawnattr_init(long attributes);

    @IgnoreError
    int posix_spawnattr_setflags(long attributes, short flags);

    @IgnoreError
    int posix_spawnattr_setsigmask(long attributes, long set);

    @IgnoreError
    int posix_spawnattr_setsigdefault(long attributes, long set);

    @IgnoreError
    int posix_spawnattr_destroy(long attributes);

    @IgnoreError
    String strerror(int errno);
}

/**
 * The only door to the kernel. Facades with static methods, one a topic, each a thin typed wrapper over system calls:
 * {@link dev.felucca.door.Descriptors}, {@link dev.felucca.door.Memfds}, {@link dev.felucca.door.Nodes}, {@link
 * dev.felucca.door.Xattrs}, {@link dev.felucca.door.Mounts}, {@link dev.felucca.door.Namespaces}, {@link
 * dev.felucca.door.Processes}, {@link dev.felucca.door.Sockets}, {@link dev.felucca.door.Ptys}, {@link
 * dev.felucca.door.Keyrings}, {@link dev.felucca.door.Bpf}.
 *
 * <p>Rules that hold for all of them: descriptors are opened close-on-exec; EINTR is retried; a failure is a {@link
 * dev.felucca.api.KernelException} with call, path and errno; a relative path is resolved against the {@link
 * dev.felucca.door.Fd} given, or the working directory of the calling thread for {@link dev.felucca.door.Fd#CWD}. A
 * path is a string in UTF-8; bytes that are not UTF-8 travel as U+DC80 to U+DCFF, in both directions, so every file
 * name that a kernel can hold can be named. All static methods may be called from any thread.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.door;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

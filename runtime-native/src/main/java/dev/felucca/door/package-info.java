/** The door to the kernel: what the engine needs of Linux, typed and free of jnr. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.door;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

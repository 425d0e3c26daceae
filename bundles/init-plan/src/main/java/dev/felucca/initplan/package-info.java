/** The init plan: the operations that felucca-init carries out to make a container, and the compiler that chooses them. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.initplan;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

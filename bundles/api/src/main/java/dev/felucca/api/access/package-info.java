/** Who may do what through the engine's doors. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.api.access;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

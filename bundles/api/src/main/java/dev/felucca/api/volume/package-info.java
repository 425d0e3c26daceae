/** Volumes: directories that outlive the containers that use them. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.api.volume;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

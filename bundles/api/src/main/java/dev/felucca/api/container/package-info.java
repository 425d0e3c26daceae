/** Containers: their configuration, their life, their views and streams. */
@Export
@Version("1.1.0")
@NullMarked
package dev.felucca.api.container;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

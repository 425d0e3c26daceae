/** The SPI of cgroup managers. */
@Export
@Version("2.0.0")
@NullMarked
package dev.felucca.api.cgroup;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

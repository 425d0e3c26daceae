/** The SPI of storage drivers: layers by chain id, read-write layers by container id. */
@Export
@Version("2.0.0")
@NullMarked
package dev.felucca.api.storage;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

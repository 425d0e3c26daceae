/** The SPI of namespace strategies. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.api.namespace;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

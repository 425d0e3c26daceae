/** The SPI of execution backends, and what comes up from them. */
@Export
@Version("1.1.0")
@NullMarked
package dev.felucca.api.exec;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

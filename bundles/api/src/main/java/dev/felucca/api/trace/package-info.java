/** Steps of an operation with start and duration. */
@Export
@Version("1.1.0")
@NullMarked
package dev.felucca.api.trace;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

/** The engine's records as the JSON of Docker's Engine API: what clients of the API and {@code felucca inspect} see. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.json;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

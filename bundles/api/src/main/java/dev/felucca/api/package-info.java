/** What every other package of the API shares: how failures are said. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.api;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

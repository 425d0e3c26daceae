/** What every network driver has to do. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.contracts.network;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

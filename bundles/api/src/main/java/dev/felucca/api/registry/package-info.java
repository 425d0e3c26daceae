/** Registries: what is fetched from them and sent to them. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.api.registry;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

/** The engine's part in a birth, the same for every backend whose containers felucca-init makes. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.initplan.birth;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

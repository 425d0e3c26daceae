/** Images: references, content, layers. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.api.image;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

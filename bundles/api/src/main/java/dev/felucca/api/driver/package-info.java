/** What all swappable drivers have in common, and the view of those that are there. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.api.driver;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

/** The contract suite of cgroup managers: checked against the real kernel, as root. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.contracts.cgroup;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

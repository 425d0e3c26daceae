/** The contract suites of execution backends: against the kernel, as root, with a root filesystem of a static busybox. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.contracts.exec;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

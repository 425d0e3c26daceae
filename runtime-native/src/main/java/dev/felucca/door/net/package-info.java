/**
 * Network devices and packet filter rules: rtnetlink(7) and nf_tables over nfnetlink, without a program. What a network looks
 * like is decided by the network drivers; here is only how it is said to the kernel.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.door.net;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

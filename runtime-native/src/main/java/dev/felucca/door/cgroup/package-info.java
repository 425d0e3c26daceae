/**
 * Control groups as the kernel shows them, for the cgroup managers: the hierarchies of a host ({@link
 * dev.felucca.door.cgroup.HostLayout}), one class a subsystem with its files on v1 and v2, and what is done to a group in all
 * hierarchies at once ({@link dev.felucca.door.cgroup.Groups}). Where a container's group lies is the managers' decision.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.door.cgroup;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

/**
 * The cgroup manager "raw": writes the kernel's files itself, one class a subsystem, on v1, v2 and hybrid hosts. What goes
 * to which file stands in the bundle's README.
 */
@NullMarked
package dev.felucca.cgroup.raw;

import org.jspecify.annotations.NullMarked;

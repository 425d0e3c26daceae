/**
 * The cgroup manager "systemd": a container's group is a transient scope of systemd's, made over D-Bus. What goes to which
 * property stands in the bundle's README.
 */
@NullMarked
package dev.felucca.cgroup.systemd;

import org.jspecify.annotations.NullMarked;

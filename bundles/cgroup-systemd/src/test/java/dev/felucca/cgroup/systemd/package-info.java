@NullMarked
package dev.felucca.cgroup.systemd;

import org.jspecify.annotations.NullMarked;

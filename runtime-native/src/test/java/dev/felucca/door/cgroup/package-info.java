@NullMarked
package dev.felucca.door.cgroup;

import org.jspecify.annotations.NullMarked;

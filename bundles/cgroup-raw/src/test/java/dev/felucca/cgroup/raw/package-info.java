@NullMarked
package dev.felucca.cgroup.raw;

import org.jspecify.annotations.NullMarked;

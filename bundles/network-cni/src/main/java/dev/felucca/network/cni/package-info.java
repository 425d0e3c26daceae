/** Networks of CNI plugins. */
@NullMarked
package dev.felucca.network.cni;

import org.jspecify.annotations.NullMarked;

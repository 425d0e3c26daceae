/** Networks of bridges and veth pairs, with published ports in nf_tables. */
@NullMarked
package dev.felucca.network.bridge;

import org.jspecify.annotations.NullMarked;

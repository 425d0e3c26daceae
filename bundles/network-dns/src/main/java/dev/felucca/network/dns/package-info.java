/** The name server of containers on networks of the user's own. */
@NullMarked
package dev.felucca.network.dns;

import org.jspecify.annotations.NullMarked;

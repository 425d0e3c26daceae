/** Networks whose containers are on the network of a device of the host: macvlan and ipvlan. */
@NullMarked
package dev.felucca.network.macvlan;

import org.jspecify.annotations.NullMarked;

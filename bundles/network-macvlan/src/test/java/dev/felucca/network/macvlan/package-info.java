@NullMarked
package dev.felucca.network.macvlan;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.felucca.network.dns;

import org.jspecify.annotations.NullMarked;

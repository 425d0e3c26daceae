/** The records of networks, and who has which address. */
@NullMarked
package dev.felucca.core.network;

import org.jspecify.annotations.NullMarked;

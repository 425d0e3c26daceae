/** The storage driver {@code overlay}. */
@NullMarked
package dev.felucca.storage.overlay;

import org.jspecify.annotations.NullMarked;

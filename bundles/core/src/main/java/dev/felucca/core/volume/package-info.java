/** Volumes of the local driver. */
@NullMarked
package dev.felucca.core.volume;

import org.jspecify.annotations.NullMarked;

/** The storage driver {@code aufs}. */
@NullMarked
package dev.felucca.storage.aufs;

import org.jspecify.annotations.NullMarked;

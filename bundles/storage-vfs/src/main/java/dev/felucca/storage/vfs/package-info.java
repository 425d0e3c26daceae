/** The storage driver {@code vfs}. */
@NullMarked
package dev.felucca.storage.vfs;

import org.jspecify.annotations.NullMarked;

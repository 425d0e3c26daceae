/** What is kept on disk of containers. */
@NullMarked
package dev.felucca.core.store;

import org.jspecify.annotations.NullMarked;

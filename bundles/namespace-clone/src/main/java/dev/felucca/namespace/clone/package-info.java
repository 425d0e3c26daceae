/** The namespace strategy of clone flags. */
@NullMarked
package dev.felucca.namespace.clone;

import org.jspecify.annotations.NullMarked;

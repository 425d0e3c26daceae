/** The image store; see the bundle's README. */
@NullMarked
package dev.felucca.image;

import org.jspecify.annotations.NullMarked;

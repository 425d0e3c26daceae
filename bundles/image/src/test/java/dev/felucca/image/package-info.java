/** Tests of the image store. */
@NullMarked
package dev.felucca.image;

import org.jspecify.annotations.NullMarked;

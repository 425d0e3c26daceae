@NullMarked
package dev.felucca.door;

import org.jspecify.annotations.NullMarked;

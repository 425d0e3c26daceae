@NullMarked
package dev.felucca.door.layer;

import org.jspecify.annotations.NullMarked;

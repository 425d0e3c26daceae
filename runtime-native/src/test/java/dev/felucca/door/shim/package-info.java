@NullMarked
package dev.felucca.door.shim;

import org.jspecify.annotations.NullMarked;

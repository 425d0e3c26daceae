/** How the door is made: jnr-ffi bindings, memory and system call numbers. Not exported. */
@NullMarked
package dev.felucca.door.internal;

import org.jspecify.annotations.NullMarked;

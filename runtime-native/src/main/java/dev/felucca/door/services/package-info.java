/** The door's services as DS components. Not exported; their contracts are in {@code dev.felucca.door}. */
@NullMarked
package dev.felucca.door.services;

import org.jspecify.annotations.NullMarked;

/**
 * The door's services as DS components. Not exported; their contracts are in {@code dev.felucca.door}.
 *
 * <p>All are immediate. A delayed component ends when its last user lets go of it: with the spawner's thread every container
 * would be killed, and the handles be lost, as soon as the one driver that uses them is stopped to be started again.
 */
@NullMarked
package dev.felucca.door.services;

import org.jspecify.annotations.NullMarked;

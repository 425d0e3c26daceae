/** Docker's Engine API: the component that listens, and the engine's services as the routes see them. */
@NullMarked
package dev.felucca.docker;

import org.jspecify.annotations.NullMarked;

/** The engine's core: configuration and events; see the packages below for the rest. */
@NullMarked
package dev.felucca.core;

import org.jspecify.annotations.NullMarked;

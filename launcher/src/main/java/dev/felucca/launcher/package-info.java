/** The engine's process: starts the framework with the shipped bundles, says when it is ready, ends it in order. */
@NullMarked
package dev.felucca.launcher;

import org.jspecify.annotations.NullMarked;

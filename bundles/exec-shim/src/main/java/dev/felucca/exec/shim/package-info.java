/** The execution backend whose containers outlive the engine: one felucca-shim holds each. */
@NullMarked
package dev.felucca.exec.shim;

import org.jspecify.annotations.NullMarked;

/**
 * The {@code createSpec} step: what a user asked for, checked ({@link dev.felucca.core.spec.SpecFactory#validate}) and turned
 * into an OCI runtime spec. Nothing here makes or changes anything; files of /proc, /sys and /dev are read.
 */
@NullMarked
package dev.felucca.core.spec;

import org.jspecify.annotations.NullMarked;

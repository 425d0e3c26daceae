/** Tests of the whole engine: the shipped bundles in a framework, against the real kernel, as root. */
@NullMarked
package dev.felucca.itests;

import org.jspecify.annotations.NullMarked;

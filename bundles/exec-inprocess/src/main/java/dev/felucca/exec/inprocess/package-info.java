/** The execution backend that is the parent of its containers. */
@NullMarked
package dev.felucca.exec.inprocess;

import org.jspecify.annotations.NullMarked;

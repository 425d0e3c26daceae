/** The namespace strategy of namespaces made ahead, pinned, and joined by path. */
@NullMarked
package dev.felucca.namespace.setns;

import org.jspecify.annotations.NullMarked;

/** A client of registries (OCI distribution spec), over the JDK's HTTP client. */
@NullMarked
package dev.felucca.registry;

import org.jspecify.annotations.NullMarked;

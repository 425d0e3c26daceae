/** Registries of drivers, leases, and the replacement of drivers under load. */
@NullMarked
package dev.felucca.core.driver;

import org.jspecify.annotations.NullMarked;

/** What confines a container by default, and how a user changes it. */
@NullMarked
package dev.felucca.core.security;

import org.jspecify.annotations.NullMarked;

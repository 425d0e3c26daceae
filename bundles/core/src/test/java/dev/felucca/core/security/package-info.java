@NullMarked
package dev.felucca.core.security;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.felucca.core.spec;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.felucca.core.streams;

import org.jspecify.annotations.NullMarked;

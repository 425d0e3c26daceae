@NullMarked
package dev.felucca.core.container;

import org.jspecify.annotations.NullMarked;

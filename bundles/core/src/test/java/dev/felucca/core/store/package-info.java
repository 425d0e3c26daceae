@NullMarked
package dev.felucca.core.store;

import org.jspecify.annotations.NullMarked;

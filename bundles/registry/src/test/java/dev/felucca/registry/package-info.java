@NullMarked
package dev.felucca.registry;

import org.jspecify.annotations.NullMarked;

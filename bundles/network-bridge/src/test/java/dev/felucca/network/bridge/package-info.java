@NullMarked
package dev.felucca.network.bridge;

import org.jspecify.annotations.NullMarked;

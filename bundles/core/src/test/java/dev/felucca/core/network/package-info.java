@NullMarked
package dev.felucca.core.network;

import org.jspecify.annotations.NullMarked;

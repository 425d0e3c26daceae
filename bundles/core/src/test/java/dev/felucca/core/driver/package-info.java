@NullMarked
package dev.felucca.core.driver;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.felucca.core.task;

import org.jspecify.annotations.NullMarked;

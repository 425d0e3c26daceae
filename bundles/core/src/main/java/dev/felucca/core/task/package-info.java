/** Workers and serial queues: how changes to containers are carried out. */
@NullMarked
package dev.felucca.core.task;

import org.jspecify.annotations.NullMarked;

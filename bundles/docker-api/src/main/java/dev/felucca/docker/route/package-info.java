/** The operations of the Engine API, cut as moby cuts its routers: each class on a few services of the engine. */
@NullMarked
package dev.felucca.docker.route;

import org.jspecify.annotations.NullMarked;

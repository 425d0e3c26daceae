/** Between the engine's records and the JSON of Docker's Engine API, both ways and by version. */
@NullMarked
package dev.felucca.docker.json;

import org.jspecify.annotations.NullMarked;

/** What clients ask for: the JSON bodies and filters of Docker's Engine API as the engine's records; and figures for stats. */
@NullMarked
package dev.felucca.docker.json;

import org.jspecify.annotations.NullMarked;

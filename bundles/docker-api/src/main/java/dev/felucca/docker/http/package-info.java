/** HTTP on a unix socket: connections, requests, responses, streams and hijacked connections. Knows nothing of containers. */
@NullMarked
package dev.felucca.docker.http;

import org.jspecify.annotations.NullMarked;

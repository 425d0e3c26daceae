/** The server's end of the protocol between client and engine; see launcher/PROTOCOL.md. */
@NullMarked
package dev.felucca.shell.transport;

import org.jspecify.annotations.NullMarked;

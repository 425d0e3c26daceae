package dev.felucca.shell.transport;

import java.io.IOException;

/** The peer sent what the protocol does not allow; the connection is of no further use. */
final class ProtocolException extends IOException {
    ProtocolException(String message) {
        super(message);
    }
}

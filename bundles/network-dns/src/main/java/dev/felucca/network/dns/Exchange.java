package dev.felucca.network.dns;

import io.netty.buffer.ByteBuf;

/** A query that is with a server outside; one of the two ends is told, once. */
interface Exchange {
    Query query();

    /** The query with another id; the caller's to release. */
    ByteBuf message(int id);

    /** @param answer the caller's; it has the id of the message */
    void answered(ByteBuf answer);

    /** @param late whether the server let it wait, and did not refuse or could not be reached */
    void failed(boolean late);
}

package org.convnext4j.model.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Writes to channels, which may take less than they are given. */
public final class ChannelWrites {
    private ChannelWrites() {}

    /**
     * Writes all bytes that remain in a buffer.
     *
     * @param channel not closed
     * @throws IOException if the channel does; some bytes may have been written then
     */
    public static void all(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Writes all bytes of an array.
     *
     * @param channel not closed
     * @throws IOException if the channel does; some bytes may have been written then
     */
    public static void all(WritableByteChannel channel, byte[] bytes) throws IOException {
        all(channel, ByteBuffer.wrap(bytes));
    }
}

package org.convnext4j.model.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** Takes so many bytes, in all files together, and no more. */
final class FullDisk implements CheckpointFiles.Opener {
    private int left;

    FullDisk(int bytes) {
        left = bytes;
    }

    @Override
    public WritableByteChannel open(Path path) throws IOException {
        WritableByteChannel file = CheckpointFiles.NEW_FILE.open(path);
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer source) throws IOException {
                if (left == 0 && source.hasRemaining()) {
                    throw new IOException("No space left on device");
                }
                int count = Math.min(left, source.remaining());
                int written = file.write(source.duplicate().limit(source.position() + count));
                source.position(source.position() + written);
                left -= written;
                return written;
            }

            @Override
            public boolean isOpen() {
                return file.isOpen();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}

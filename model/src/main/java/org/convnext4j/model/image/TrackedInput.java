package org.convnext4j.model.image;

import javax.imageio.stream.ImageInputStreamImpl;

/** Bytes in memory as a seekable stream that remembers whether a decoder asked for more than there is. */
final class TrackedInput extends ImageInputStreamImpl {
    private final byte[] data;
    private boolean ranOut;

    TrackedInput(byte[] data) {
        this.data = data;
    }

    /** Whether a read was ever refused because the data had ended. */
    boolean ranOut() {
        return ranOut;
    }

    @Override
    public int read() {
        bitOffset = 0;
        if (streamPos >= data.length) {
            ranOut = true;
            return -1;
        }
        return data[(int) streamPos++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        bitOffset = 0;
        if (length == 0) {
            return 0;
        }
        if (streamPos >= data.length) {
            ranOut = true;
            return -1;
        }
        int n = (int) Math.min(length, data.length - streamPos);
        System.arraycopy(data, (int) streamPos, target, offset, n);
        streamPos += n;
        return n;
    }

    @Override
    public long length() {
        return data.length;
    }
}

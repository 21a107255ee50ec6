package org.convnext4j.model.image.webp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the pixels of an entropy-coded picture (RFC 9649, 3.6 and 3.7): the main one, or one that steers decoding. */
final class PixelStream {
    private static final int MAX_CACHE_BITS = 11;

    private final BitReader bits;
    private final int width;
    private final int height;
    private final int cacheSize;
    private final @Nullable ColorCache cache;

    private PixelStream(BitReader bits, int width, int height) throws IOException {
        this.bits = bits;
        this.width = width;
        this.height = height;
        if (bits.flag()) {
            int cacheBits = bits.read(4);
            if (cacheBits < 1 || cacheBits > MAX_CACHE_BITS) {
                throw new IOException("a colour cache of " + cacheBits + " bits");
            }
            cacheSize = 1 << cacheBits;
            cache = new ColorCache(cacheBits);
        } else {
            cacheSize = 0;
            cache = null;
        }
    }

    /** The main picture, of which parts may have codes of their own. */
    static int[] readMain(BitReader bits, int width, int height) throws IOException {
        PixelStream stream = new PixelStream(bits, width, height);
        return stream.readPixels(CodeMap.read(bits, width, height, stream.cacheSize));
    }

    /** A picture within the data, with one group of codes. */
    static int[] readInner(BitReader bits, int width, int height) throws IOException {
        PixelStream stream = new PixelStream(bits, width, height);
        return stream.readPixels(CodeMap.single(bits, stream.cacheSize));
    }

    private int[] readPixels(CodeMap codes) throws IOException {
        int[] pixels = new int[Math.multiplyExact(width, height)];
        int at = 0;
        while (at < pixels.length) {
            int y = at / width;
            int x = at - y * width;
            CodeGroup group = codes.at(x, y);
            int end = at + Math.min(width, codes.nextColumn(x)) - x;
            at = readRun(group, pixels, at, end);
        }
        return pixels;
    }

    // Reads pixels that lie in one row and have the same codes; the last may be a copy that goes on beyond them.
    private int readRun(CodeGroup group, int[] pixels, int from, int end) throws IOException {
        int at = from;
        while (at < end) {
            int symbol = group.green().read(bits);
            if (symbol < CodeGroup.LITERALS) {
                int red = group.red().read(bits);
                int blue = group.blue().read(bits);
                int alpha = group.alpha().read(bits);
                int argb = alpha << 24 | red << 16 | symbol << 8 | blue;
                pixels[at++] = argb;
                if (cache != null) {
                    cache.put(argb);
                }
            } else if (symbol < CodeGroup.FIRST_CACHE_SYMBOL) {
                at = copy(group, symbol - CodeGroup.LITERALS, pixels, at);
            } else if (cache != null) {
                pixels[at++] = cache.get(symbol - CodeGroup.FIRST_CACHE_SYMBOL);
            }
        }
        return at;
    }

    private int copy(CodeGroup group, int lengthSymbol, int[] pixels, int at) throws IOException {
        int length = CopyDistances.readNumber(bits, lengthSymbol);
        int distance = CopyDistances.toPixels(
                CopyDistances.readNumber(bits, group.distance().read(bits)), width);
        if (distance > at || length > pixels.length - at) {
            throw new IOException("a copy from or to beyond the picture");
        }
        int end = at + length;
        for (int to = at; to < end; to++) {
            pixels[to] = pixels[to - distance];
            if (cache != null) {
                cache.put(pixels[to]);
            }
        }
        return end;
    }
}

package org.convnext4j.model.image.webp;

/**
 * Luma and chroma to RGB as libwebp does by default: a pixel's chroma is weighed 9 : 3 : 3 : 1 from the four nearest
 * samples, and the colour is computed in fixed point.
 */
final class FancyUpsampling {
    private FancyUpsampling() {}

    /** Converts the frame's part of the planes. */
    static void convert(Planes planes, int width, int height, RgbRows rows) {
        int lastRow = (height - 1) / 2;
        int[] chroma = new int[2 * (width + 1)];
        for (int y = 0; y < height; y++) {
            int near = y / 2;
            int far = Math.clamp((y & 1) == 0 ? near - 1 : near + 1, 0, lastRow);
            upsample(planes.u(), near, far, chroma, 0, width);
            upsample(planes.v(), near, far, chroma, 1, width);
            toRgb(planes.y().samples(), planes.y().index(y, 0), chroma, width, rows.rgb(), rows.start(y));
        }
    }

    // Writes every second place of a row of chroma, from the first place on.
    private static void upsample(Plane plane, int near, int far, int[] out, int first, int width) {
        byte[] samples = plane.samples();
        int n = plane.index(near, 0);
        int f = plane.index(far, 0);
        int nearLeft = samples[n] & 0xff;
        int farLeft = samples[f] & 0xff;
        out[first] = (3 * nearLeft + farLeft + 2) >> 2;
        int columns = (width + 1) / 2;
        int to = first + 2;
        for (int x = 1; x < columns; x++) {
            int nearRight = samples[n + x] & 0xff;
            int farRight = samples[f + x] & 0xff;
            int sum = nearLeft + nearRight + farLeft + farRight + 8;
            // rounded in two steps, as libwebp does
            out[to] = (((sum + 2 * (nearRight + farLeft)) >> 3) + nearLeft) >> 1;
            out[to + 2] = (((sum + 2 * (nearLeft + farRight)) >> 3) + nearRight) >> 1;
            to += 4;
            nearLeft = nearRight;
            farLeft = farRight;
        }
        if ((width & 1) == 0) {
            out[to] = (3 * nearLeft + farLeft + 2) >> 2;
        }
    }

    private static void toRgb(byte[] luma, int from, int[] chroma, int width, byte[] rgb, int start) {
        int to = start;
        for (int x = 0; x < width; x++) {
            int y = luma[from + x] & 0xff;
            int u = chroma[2 * x];
            int v = chroma[2 * x + 1];
            int base = (y * 19077) >> 8;
            rgb[to] = clamp(base + ((v * 26149) >> 8) - 14234);
            rgb[to + 1] = clamp(base - ((u * 6419) >> 8) - ((v * 13320) >> 8) + 8708);
            rgb[to + 2] = clamp(base + ((u * 33050) >> 8) - 17685);
            to += 3;
        }
    }

    private static byte clamp(int sixtyFourths) {
        return Samples.clamp(sixtyFourths >> 6);
    }
}

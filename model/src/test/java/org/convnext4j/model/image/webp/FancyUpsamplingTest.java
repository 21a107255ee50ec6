package org.convnext4j.model.image.webp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FancyUpsamplingTest {
    /** Against the weights 9 : 3 : 3 : 1 and BT.601's conversion in floating point; what is left is rounding. */
    @Test
    void isAWeightedMeanOfTheNearestChroma() {
        Random random = new Random(6);
        for (int[] size : new int[][] {{1, 1}, {2, 2}, {5, 4}, {16, 16}, {31, 17}}) {
            int width = size[0];
            int height = size[1];
            Planes planes = Planes.of(2, 2);
            fill(planes.y(), 32, random);
            fill(planes.u(), 16, random);
            fill(planes.v(), 16, random);
            Frame frame = new Frame(0, 0, width, height, Section.of(new byte[0]), false, null);
            RgbRows rows = new RgbRows(width, height, frame);
            FancyUpsampling.convert(planes, width, height, rows);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    double luma = 1.164 * (planes.y().samples()[planes.y().index(y, x)] & 0xff) - 1.164 * 16;
                    double u = chroma(planes.u(), y, x, width, height) - 128;
                    double v = chroma(planes.v(), y, x, width, height) - 128;
                    int at = rows.start(y) + 3 * x;
                    check(luma + 1.596 * v, rows.rgb()[at]);
                    check(luma - 0.392 * u - 0.813 * v, rows.rgb()[at + 1]);
                    check(luma + 2.017 * u, rows.rgb()[at + 2]);
                }
            }
        }
    }

    private static void check(double expected, byte actual) {
        assertEquals(Math.clamp(expected, 0, 255), actual & 0xff, 3);
    }

    private static double chroma(Plane plane, int y, int x, int width, int height) {
        int otherRow = Math.clamp((y & 1) == 0 ? y / 2 - 1 : y / 2 + 1, 0, (height - 1) / 2);
        int otherColumn = Math.clamp((x & 1) == 0 ? x / 2 - 1 : x / 2 + 1, 0, (width - 1) / 2);
        double near = 3 * at(plane, y / 2, x / 2) + at(plane, y / 2, otherColumn);
        double far = 3 * at(plane, otherRow, x / 2) + at(plane, otherRow, otherColumn);
        return (3 * near + far) / 16;
    }

    private static double at(Plane plane, int y, int x) {
        return plane.samples()[plane.index(y, x)] & 0xff;
    }

    private static void fill(Plane plane, int size, Random random) {
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                plane.samples()[plane.index(y, x)] = (byte) random.nextInt(256);
            }
        }
    }
}

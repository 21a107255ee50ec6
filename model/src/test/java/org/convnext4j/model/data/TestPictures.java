package org.convnext4j.model.data;

import java.util.Random;
import org.convnext4j.model.image.RgbImage;

/** Pictures of noise. */
public final class TestPictures {
    private TestPictures() {}

    /** A picture of (height, width) that follows from the seed. */
    public static RgbImage noise(int height, int width, long seed) {
        byte[] data = new byte[height * width * 3];
        new Random(seed).nextBytes(data);
        return new RgbImage(height, width, data);
    }
}

package org.example;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Prediction;
import org.convnext4j.model.image.RgbImage;

/** {@code Plain MODEL PICTURE}: what a BufferedImage shows, whether it was read, drawn or comes from a camera. */
public final class Plain {
    public static void main(String[] args) throws IOException {
        BufferedImage picture = ImageIO.read(new File(args[1]));
        try (ConvNeXt model = ConvNeXt.load(Path.of(args[0]))) {
            for (Prediction prediction : model.classify(rgb(picture), 3)) {
                System.out.printf("%6.2f %%  %s%n", 100 * prediction.probability(), prediction.label());
            }
        }
    }

    /** The pixels of a picture of Java2D, whatever its type. */
    private static RgbImage rgb(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        byte[] data = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++) {
            int pixel = picture.getRGB(i % width, i / width);
            data[3 * i] = (byte) (pixel >> 16);
            data[3 * i + 1] = (byte) (pixel >> 8);
            data[3 * i + 2] = (byte) pixel;
        }
        return new RgbImage(height, width, data);
    }
}

package org.convnext4j.tools.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.tools.output.ToolException;

/**
 * A picture of Fashion-MNIST's test set that comes with the command line.
 *
 * @param name of its file
 * @param picture 28 x 28, grey
 * @param label the class it shows
 */
public record DemoSample(String name, RgbImage picture, int label) {
    private static final int CLASSES = 10;
    private static final int PER_CLASS = 2;

    /** The first pictures of each class, class by class. */
    public static List<DemoSample> all() {
        ImageReader reader = new ImageReader();
        List<DemoSample> samples = new ArrayList<>();
        for (int label = 0; label < CLASSES; label++) {
            for (int i = 0; i < PER_CLASS; i++) {
                String name = "sample-" + label + "-" + i + ".png";
                samples.add(new DemoSample(name, read(reader, name), label));
            }
        }
        return samples;
    }

    private static RgbImage read(ImageReader reader, String name) {
        try (InputStream in = DemoSample.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new ToolException("this build has no demo/" + name + "; build it again");
            }
            return reader.read(in, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

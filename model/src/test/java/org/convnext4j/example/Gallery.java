package org.convnext4j.example;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.Outcome;
import org.convnext4j.model.Prediction;
import org.convnext4j.model.image.Picture;

public final class Gallery {
    public static void main(String[] args) throws IOException {
        LoadOptions options = LoadOptions.builder().threads(2).build();
        try (ConvNeXt model = ConvNeXt.load(Path.of(args[0]), options)) {
            BufferedImage image = ImageIO.read(new File(args[1]));
            System.out.println(model.classify(image, 1).get(0).label());

            List<Picture> batch = Picture.files(List.of(Path.of(args[1]), Path.of(args[2])));
            for (Outcome<List<Prediction>> outcome : model.classify(batch, 1)) {
                String found = outcome.result().map(top -> top.get(0).label()).orElse("cannot be read");
                System.out.println(outcome.picture() + ": " + found);
            }

            ImageIO.write(model.explain(image).overlay(), "png", new File(args[3]));
        }
    }
}

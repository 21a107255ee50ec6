package org.convnext4j.example;

import java.nio.file.Path;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.data.ImageFolder;
import org.convnext4j.model.data.Split;
import org.convnext4j.model.train.Overrides;
import org.convnext4j.model.train.Trainer;
import org.convnext4j.model.train.Training;

public final class FineTune {
    public static void main(String[] args) {
        Path pictures = Path.of(args[1]);
        Overrides own = Overrides.of("epochs=2", "batch.size=4", "pictureSize=64");
        Training training = Training.fineTune(Path.of(args[0]), ImageFolder.open(pictures, Split.TRAIN), own)
                .validation(ImageFolder.open(pictures, Split.VALIDATION));
        try (Engine engine = Engine.create();
                Trainer trainer = training.open(engine, Path.of(args[2]))) {
            trainer.run().metrics().ifPresent(m -> System.out.printf("top-1 %.1f %%%n", 100 * m.top1()));
        }
    }
}

package org.convnext4j.example;

import java.nio.file.Path;
import java.util.List;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.data.ImageFolder;
import org.convnext4j.model.data.Split;
import org.convnext4j.model.train.Trainer;
import org.convnext4j.model.train.Training;
import org.convnext4j.model.train.TrainingConfig;
import org.convnext4j.model.train.TrainingPreset;

public final class FineTune {
    public static void main(String[] args) {
        Path pictures = Path.of(args[1]);
        TrainingConfig config =
                TrainingPreset.of("fine-tune").config().with(List.of("epochs=2", "batch.size=4", "pictureSize=64"));
        Training training = Training.fineTune(Path.of(args[0]), config, ImageFolder.open(pictures, Split.TRAIN))
                .validation(ImageFolder.open(pictures, Split.VALIDATION));
        try (Engine engine = Engine.create();
                Trainer trainer = training.open(engine, Path.of(args[2]))) {
            trainer.run().metrics().ifPresent(m -> System.out.printf("top-1 %.1f %%%n", 100 * m.top1()));
        }
    }
}

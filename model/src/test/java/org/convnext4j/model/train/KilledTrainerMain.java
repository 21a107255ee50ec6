package org.convnext4j.model.train;

import java.nio.file.Path;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;

/** Trains a small network in the folder named, or goes on with it; prints each step, and "end" at the end. */
final class KilledTrainerMain {
    private KilledTrainerMain() {}

    static TrainingConfig config() {
        return Patterns.config("epochs=60", "everySteps=3");
    }

    public static void main(String[] args) {
        Training training = Training.fromScratch(Patterns.NETWORK, config(), new Patterns(32))
                .validation(new Patterns(10))
                .listener(new TrainingListener() {
                    @Override
                    public void stepped(TrainingProgress progress) {
                        System.out.println(progress.step());
                    }
                });
        try (Engine engine = Engine.create(Backend.VECTOR, 2);
                Trainer trainer = training.open(engine, Path.of(args[0]))) {
            trainer.run();
            System.out.println("end");
        }
    }
}

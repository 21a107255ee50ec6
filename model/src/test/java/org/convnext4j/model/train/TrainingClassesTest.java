package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ModelException;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.image.RgbImage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes of training, validation and checkpoints are the same where their names are. */
class TrainingClassesTest {
    private static Engine engine;

    @TempDir
    private Path temp;

    private final List<String> notices = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();

    @BeforeAll
    static void open() {
        engine = Engine.create(Backend.VECTOR, 2);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    /** The pictures of a, b, c and d; class i of these is class {@code order[i]} here. */
    private record Named(Patterns patterns, List<String> classNames, List<Integer> order) implements Dataset {
        @Override
        public int size() {
            return patterns.size();
        }

        @Override
        public int label(int index) {
            return order.get(patterns.label(index));
        }

        @Override
        public RgbImage read(int index) {
            return patterns.read(index);
        }

        @Override
        public String name(int index) {
            return patterns.name(index);
        }

        @Override
        public String description() {
            return patterns.description();
        }

        @Override
        public String fingerprint() {
            return patterns.fingerprint();
        }
    }

    private static Dataset named(int size, String names, Integer... order) {
        return new Named(new Patterns(size), List.of(names.split(" ", -1)), List.of(order));
    }

    private Training training(Dataset validation, String... values) {
        return listening(Training.fromScratch(Patterns.NETWORK, Patterns.config(values), new Patterns(32)))
                .validation(validation);
    }

    private Training listening(Training training) {
        return training.listener(new TrainingListener() {
            @Override
            public void noticed(String text) {
                notices.add(text);
            }

            @Override
            public void evaluated(TrainingProgress progress, Metrics metrics) {
                losses.add(metrics.loss());
            }
        });
    }

    private List<Double> run(String name, Training training) {
        losses.clear();
        try (Trainer trainer = training.open(engine, temp.resolve(name))) {
            trainer.run();
        }
        return List.copyOf(losses);
    }

    @Test
    void theOrderOfValidationClassesDoesNotMatter() {
        List<Double> same = run("same", training(new Patterns(32)));
        assertEquals(same, run("turned", training(named(32, "d c b a", 3, 2, 1, 0))));
        assertEquals(3, same.size());
        assertEquals(List.of(), notices);
    }

    @Test
    void strangeValidationClassesFailOrAreLeftOutAlsoWhenResumed() {
        Dataset strange = named(32, "a b c x", 0, 1, 2, 3);
        ModelException problem = assertThrows(
                ModelException.class, () -> run("run", training(strange)).size());
        assertTrue(String.valueOf(problem.getMessage()).contains("training data: x; the training data has also d"));
        assertEquals(1, run("run", training(strange, "epochs=1").allowMissing()).size());
        assertTrue(notices.stream().anyMatch(text -> text.startsWith("left out ")), notices.toString());
        TrainingState state = CheckpointStore.latest(temp.resolve("run/checkpoints"))
                .checkpoint()
                .orElseThrow()
                .state();
        Training resumed = listening(Training.resume(state, new Patterns(32))).validation(strange);
        try (Trainer trainer = resumed.open(engine, temp.resolve("run"))) {
            assertTrue(trainer.run().finished());
        }
    }

    @Test
    void aResumedRunHasTheClassesItWasBegunWith() {
        run("run", training(new Patterns(32), "epochs=1"));
        Training renamed =
                Training.fromScratch(Patterns.NETWORK, Patterns.config("epochs=1"), named(32, "a b d c", 0, 1, 2, 3));
        TrainingException problem =
                assertThrows(TrainingException.class, () -> renamed.open(engine, temp.resolve("run")));
        assertTrue(String.valueOf(problem.getMessage()).contains("class 2 was c and is now d"), problem.toString());
    }

    @Test
    void aKeptClassifierOfOtherClassesIsSaid() {
        run("first", training(new Patterns(32), "epochs=1"));
        Path model = temp.resolve("first/model.safetensors");
        notices.clear();
        TrainingConfig config = Patterns.config("epochs=1");
        run("same", listening(Training.fineTune(model, config, new Patterns(32))));
        assertEquals(List.of(), notices);
        run("others", listening(Training.fineTune(model, config, named(32, "b c d e", 0, 1, 2, 3))));
        assertEquals(1, notices.size());
        assertTrue(notices.get(0).contains("model: e; the model has also a"), notices.get(0));
        notices.clear();
        run(
                "fresh",
                listening(Training.fineTune(model, config, named(32, "b c d e", 0, 1, 2, 3)))
                        .freshHead());
        assertEquals(List.of(), notices);
        run("order", listening(Training.fineTune(model, config, named(32, "d c b a", 0, 1, 2, 3))));
        assertTrue(notices.get(0).contains("another order"), notices.get(0));
    }
}

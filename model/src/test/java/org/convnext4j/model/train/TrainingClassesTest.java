package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;
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
    private static Dataset named(int size, String names, Integer... order) {
        return new ChangedPatterns(size) {
            @Override
            public List<String> classNames() {
                return List.of(names.split(" ", -1));
            }

            @Override
            public int label(int index) {
                return order[super.label(index)];
            }
        };
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

    /** The weights and the bias of each class's row in the classifier that a run starts with. */
    private List<List<Float>> head(String name, Training training) {
        notices.clear();
        List<List<Float>> rows = new ArrayList<>();
        try (Trainer trainer = listening(training).open(engine, temp.resolve(name))) {
            trainer.stop();
            trainer.run();
        }
        Path weights = CheckpointStore.latest(temp.resolve(name).resolve("checkpoints"))
                .checkpoint()
                .orElseThrow()
                .weightsFile();
        try (ConvNeXtCheckpoint file = ConvNeXtCheckpoint.read(weights)) {
            Tensor weight = file.weights().tensor("head.weight");
            Tensor bias = file.weights().tensor("head.bias");
            for (int k = 0; k < bias.dim(0); k++) {
                List<Float> row = new ArrayList<>(List.of(bias.get(k)));
                for (int c = 0; c < weight.dim(1); c++) {
                    row.add(weight.get((long) k * weight.dim(1) + c));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static Training tuned(Path model, Dataset data) {
        return Training.fineTune(model, Patterns.config("epochs=1"), data);
    }

    private void assertNotice(String part) {
        assertEquals(1, notices.stream().filter(text -> text.contains(part)).count(), notices.toString());
    }

    @Test
    void aClassifierIsKeptByTheNamesOfItsClasses() {
        run("first", training(new Patterns(32), "epochs=1"));
        Path model = temp.resolve("first/model.safetensors");
        List<List<Float>> learnt = head("same", tuned(model, new Patterns(32)));
        assertNotice("the classifier is kept, because its classes are those of the data; ");
        List<List<Float>> turned = head("order", tuned(model, named(32, "d c b a", 0, 1, 2, 3)));
        assertNotice("put into their order");
        assertEquals(List.of(learnt.get(3), learnt.get(2), learnt.get(1), learnt.get(0)), turned);

        Dataset others = named(32, "b c d e", 0, 1, 2, 3);
        List<List<Float>> fresh = head("others", tuned(model, others));
        assertNotice("drawn anew, because its classes are others");
        assertNotice("model: e; the model has also a; keepHead() (--keep-head)");
        assertFalse(fresh.stream().anyMatch(learnt::contains));
        assertEquals(learnt, head("kept", tuned(model, others).keepHead()));
        assertNotice("is kept, as asked, but it learned other classes");
        assertEquals(fresh, head("fresh", tuned(model, new Patterns(32)).freshHead()));
        assertNotice("drawn anew, as asked");
    }

    @Test
    void aClassifierOfAnotherNumberIsKeptOnlyByName() {
        run("first", training(new Patterns(32), "epochs=1"));
        Path model = temp.resolve("first/model.safetensors");
        List<List<Float>> learnt = head("same", tuned(model, new Patterns(32)));
        Dataset two = named(32, "c a", 0, 1, 0, 1);
        assertEquals(2, head("two", tuned(model, two)).size());
        assertNotice("the model tells 4 classes apart and the data have 2");
        assertEquals(
                List.of(learnt.get(2), learnt.get(0)),
                head("rows", tuned(model, two).keepHead()));
        assertNotice("keeps the rows of the data's 2 classes, by name, of the model's 4");
        Dataset strange = named(32, "a x", 0, 1, 0, 1);
        TrainingException problem = assertThrows(
                TrainingException.class,
                () -> head("strange", tuned(model, strange).keepHead()));
        assertTrue(String.valueOf(problem.getMessage()).contains("cannot be kept for data of 2"), problem.toString());
    }

    @Test
    void aClassifierWithoutNamesIsKeptAndThatIsSaid() throws IOException {
        run("first", training(new Patterns(32), "epochs=1"));
        List<List<Float>> learnt = head("same", tuned(temp.resolve("first/model.safetensors"), new Patterns(32)));
        Path bare = Files.createDirectory(temp.resolve("bare")).resolve("model.safetensors");
        Files.copy(temp.resolve("first/model.safetensors"), bare);
        assertEquals(learnt, head("bare-run", tuned(bare, new Patterns(32))));
        assertNotice("the model has no names for its classes");
        assertNotice("the classifier is kept");
    }
}

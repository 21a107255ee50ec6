package org.convnext4j.model.roadmap;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.train.TrainingException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step learns a small task, and a training that was cut ends as the uncut one. */
@Tag("slow")
class RoadmapTrainerTest {
    private static final int SIDE = 16;

    @TempDir
    Path folder;

    /** Noise, with the upper half, the lower half or the middle third brighter. */
    private record Stripes(int size, long seed) implements Dataset {
        @Override
        public List<String> classNames() {
            return List.of("above", "below", "middle");
        }

        @Override
        public int label(int index) {
            return index % 3;
        }

        @Override
        public RgbImage read(int index) {
            SplittableRandom random = new SplittableRandom(31 * seed + index);
            byte[] data = new byte[SIDE * SIDE * 3];
            for (int y = 0; y < SIDE; y++) {
                boolean bright = switch (label(index)) {
                    case 0 -> y < SIDE / 2;
                    case 1 -> y >= SIDE / 2;
                    default -> y >= SIDE / 3 && y < 2 * SIDE / 3;
                };
                for (int i = 0; i < 3 * SIDE; i++) {
                    data[y * 3 * SIDE + i] = (byte) ((bright ? 150 : 40) + random.nextInt(60));
                }
            }
            return new RgbImage(SIDE, SIDE, data);
        }

        @Override
        public String name(int index) {
            return "stripe " + index;
        }

        @Override
        public String description() {
            return size + " stripes";
        }

        @Override
        public String fingerprint() {
            return "stripes " + size + " " + seed;
        }
    }

    private static final Dataset TRAIN = new Stripes(192, 1);
    private static final Dataset VALIDATION = new Stripes(48, 2);

    private static RoadmapNetwork small(RoadmapNetwork network) {
        return network.withWidth(8)
                .withDepths(List.of(1, 1, 1, 1))
                .withClasses(3)
                .forSmallPictures();
    }

    private static RoadmapTrainer trainer(
            Engine engine, RoadmapNetwork network, Recipe recipe, RoadmapBudget budget, Path file) {
        return new RoadmapTrainer(engine, network, recipe, budget, TRAIN, VALIDATION, file, 1);
    }

    static List<RoadmapStep> steps() {
        return Regime.RESNET_50.steps();
    }

    /** Guessing has a loss of ln 3, 1.10; flips above and below are no augmentation, so every picture can be told. */
    @ParameterizedTest
    @MethodSource("steps")
    void learns(RoadmapStep step) {
        RoadmapBudget budget = new RoadmapBudget(10, RoadmapBudget.ALL, 16, 3e-3, 0.05, SIDE, 1);
        try (Engine engine = Engine.create(Backend.VECTOR, 2)) {
            Path file = folder.resolve("learns.safetensors");
            RoadmapResult result = trainer(engine, small(step.network()), step.recipe(), budget, file)
                    .run(progress -> {})
                    .orElseThrow();
            assertTrue(result.loss() < 0.6, step.name() + ": " + result);
            assertTrue(result.top1() > 0.8, step.name() + ": " + result);
        }
    }

    /** Cut in the middle of an epoch and after one, with BatchNorm's statistics and stochastic depth on the way. */
    @Test
    void aCutTrainingGoesOn() throws IOException {
        RoadmapBudget budget = new RoadmapBudget(3, 96, 16, 3e-3, 0.05, SIDE, 4);
        RoadmapNetwork network = small(steps().get(9).network()).withDepths(List.of(1, 2, 1, 1));
        Path uncut = folder.resolve("uncut.safetensors");
        Path cut = folder.resolve("cut.safetensors");
        try (Engine one = Engine.create(Backend.VECTOR, 1);
                Engine two = Engine.create(Backend.VECTOR, 2)) {
            RoadmapResult expected = trainer(two, network, Recipe.MODERN, budget, uncut)
                    .run(progress -> {})
                    .orElseThrow();
            Optional<RoadmapResult> result = Optional.empty();
            int calls = 0;
            while (result.isEmpty()) {
                RoadmapTrainer trainer = trainer(calls % 2 == 0 ? one : two, network, Recipe.MODERN, budget, cut);
                int[] batches = {0};
                result = trainer.run(progress -> {
                    if (++batches[0] == 4) {
                        trainer.stop();
                    }
                });
                calls++;
            }
            assertEquals(18, 4 * (calls - 1) + 2, "calls " + calls);
            assertEquals(expected.top1(), result.get().top1());
            assertEquals(expected.loss(), result.get().loss());
            // Of what was trained, all but the seconds in the notes.
            assertArrayEquals(tensors(uncut), tensors(cut));

            Optional<RoadmapResult> again = trainer(two, network, Recipe.MODERN, budget, cut)
                    .run(progress -> {
                        throw new AssertionError("a finished training has no batch left");
                    });
            assertEquals(result, again);

            RoadmapBudget other = new RoadmapBudget(4, 96, 16, 3e-3, 0.05, SIDE, 4);
            RoadmapTrainer wrong = trainer(two, network, Recipe.MODERN, other, cut);
            TrainingException refused = assertThrows(TrainingException.class, () -> wrong.run(progress -> {}));
            assertTrue(String.valueOf(refused.getMessage()).contains("belongs to another walk"), refused.getMessage());
        }
    }

    private static byte[] tensors(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        int header = (all[0] & 0xff) | ((all[1] & 0xff) << 8) | ((all[2] & 0xff) << 16);
        return Arrays.copyOfRange(all, 8 + header, all.length);
    }
}

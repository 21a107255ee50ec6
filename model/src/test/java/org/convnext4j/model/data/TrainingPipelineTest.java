package org.convnext4j.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.Optional;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.augment.Fill;
import org.convnext4j.model.data.augment.HorizontalFlip;
import org.convnext4j.model.data.augment.Mixing;
import org.convnext4j.model.data.augment.Normalisation;
import org.convnext4j.model.data.augment.PadAndCrop;
import org.convnext4j.model.data.augment.RandAugment;
import org.convnext4j.model.data.augment.RandomErasing;
import org.convnext4j.model.data.augment.RandomResizedCrop;
import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.random.Randomness;
import org.junit.jupiter.api.Test;

class TrainingPipelineTest {
    private static final Randomness SEED = new Randomness(3);

    /** Crop, flip, RandAugment, normalisation, erasing, each from its own stream. */
    @Test
    void theOrderIsTheRecipes() {
        TrainingPipeline pipeline = TrainingPipeline.paper(37);
        try (Arena arena = Arena.ofConfined()) {
            Tensor actual = Tensor.allocate(arena, 1, 3, 37, 37);
            Tensor expected = Tensor.allocate(arena, 1, 3, 37, 37);
            for (int index = 0; index < 40; index++) {
                RgbImage in = TestPictures.noise(50 + index, 61, index);
                pipeline.write(in, SEED, 4, index, actual, 0);
                RgbImage picture = RandomResizedCrop.DEFAULT.apply(in, 37, SEED.stream("crop", 4, index));
                if (SEED.stream("flip", 4, index).uniform() < 0.5) {
                    picture = HorizontalFlip.apply(picture);
                }
                picture = RandAugment.DEFAULT.apply(
                        picture, new Fill(124, 116, 104), SEED.stream("rand-augment", 4, index));
                Normalisation.IMAGENET.apply(picture, expected, 0);
                new RandomErasing(0.25).apply(expected, 0, SEED.stream("erase", 4, index));
                assertArrayEquals(expected.toArray(), actual.toArray());
            }
        }
    }

    @Test
    void halfThePicturesAreFlipped() {
        TrainingPipeline pipeline = TrainingPipeline.flipAndCrop(2, 0, Normalisation.IMAGENET);
        RgbImage in = TestPictures.noise(2, 2, 1);
        int pictures = 20_000;
        int flipped = 0;
        try (Arena arena = Arena.ofConfined()) {
            Tensor batch = Tensor.allocate(arena, 1, 3, 2, 2);
            Tensor upright = Tensor.allocate(arena, 1, 3, 2, 2);
            Normalisation.IMAGENET.apply(in, upright, 0);
            for (int i = 0; i < pictures; i++) {
                pipeline.write(in, SEED, 0, i, batch, 0);
                flipped += batch.get(0) == upright.get(0) ? 0 : 1;
            }
            assertEquals(0.5, flipped / (double) pictures, 5 * Math.sqrt(0.25 / pictures));
            for (int i = 0; i < 100; i++) {
                pipeline.withFlipProbability(0).write(in, SEED, 0, i, batch, 0);
                assertArrayEquals(upright.toArray(), batch.toArray());
            }
        }
    }

    @Test
    void thePaperHasItsNumbers() {
        TrainingPipeline paper = TrainingPipeline.paper(224);
        assertEquals(new RandomResizedCrop(0.08, 1, Interpolation.BICUBIC), paper.crop());
        assertEquals(Optional.of(RandAugment.parse("rand-m9-mstd0.5-inc1")), paper.randAugment());
        assertEquals(0.25, paper.erasing().probability());
        assertEquals(new Mixing(0.8, 1, 1, 0.5), paper.mixing());
        assertEquals(0.1, paper.smoothing());
        assertEquals(0.5, paper.flipProbability());
        assertEquals(PadAndCrop.black(4), TrainingPipeline.paper(32).crop());
        assertEquals(paper, TrainingPipeline.paper(224));
    }

    @Test
    void everyWitherChangesItsOwn() {
        Normalisation half = new Normalisation(Preprocessor.IMAGENET_STD, Preprocessor.IMAGENET_STD);
        TrainingPipeline changed = TrainingPipeline.paper(224)
                .withSize(96)
                .withCrop(PadAndCrop.black(1))
                .withFlipProbability(0.3)
                .withRandAugment(Optional.empty())
                .withNormalisation(half)
                .withErasing(RandomErasing.NONE)
                .withMixing(Mixing.NONE)
                .withSmoothing(0.2);
        assertEquals(
                new TrainingPipeline(
                        96, PadAndCrop.black(1), 0.3, Optional.empty(), half, RandomErasing.NONE, Mixing.NONE, 0.2),
                changed);
        assertThrows(IllegalArgumentException.class, () -> changed.withSize(0));
        assertThrows(IllegalArgumentException.class, () -> changed.withFlipProbability(1.1));
        assertThrows(IllegalArgumentException.class, () -> changed.withSmoothing(Double.NaN));
    }

    @Test
    void evaluationFollowsThePapersCode() {
        Normalisation n = Normalisation.IMAGENET;
        assertEquals(
                Preprocessor.centerCrop(256, 224, Interpolation.BICUBIC),
                EvaluationPipeline.of(224, n).preprocessor());
        assertEquals(
                Preprocessor.centerCrop(28, 28, Interpolation.BICUBIC),
                EvaluationPipeline.of(TrainingPipeline.flipAndCrop(28, 2, n)).preprocessor());
        assertEquals(
                Preprocessor.squash(384, Interpolation.BICUBIC),
                EvaluationPipeline.of(384, n).preprocessor());
    }
}

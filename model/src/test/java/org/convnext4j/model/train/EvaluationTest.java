package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.Objects;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Output;
import org.convnext4j.model.Probability;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.data.EvaluationPipeline;
import org.convnext4j.model.data.LoaderOptions;
import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.RgbImage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is counted where each picture is also shown mirrored, on a network of random weights. */
class EvaluationTest {
    private static final EvaluationPipeline PIPELINE =
            new EvaluationPipeline(Preprocessor.squash(Patterns.SIDE, Interpolation.BICUBIC));
    private static final int PICTURES = 37;

    private static Engine engine;
    private static Parameters parameters;
    private static ConvNeXt model;

    /** The patterns with left and right exchanged. */
    private static final class Mirrored extends ChangedPatterns {
        Mirrored() {
            super(PICTURES);
        }

        @Override
        public RgbImage read(int index) {
            RgbImage picture = super.read(index);
            byte[] data = new byte[picture.height() * picture.width() * 3];
            for (int y = 0; y < picture.height(); y++) {
                for (int x = 0; x < picture.width(); x++) {
                    for (int c = 0; c < 3; c++) {
                        int from = picture.sample(y, picture.width() - 1 - x, c);
                        data[(y * picture.width() + x) * 3 + c] = (byte) from;
                    }
                }
            }
            return new RgbImage(picture.height(), picture.width(), data);
        }
    }

    @BeforeAll
    static void open() {
        engine = Engine.create(Backend.VECTOR, 1);
        parameters = Parameters.allocate(Patterns.NETWORK, true);
        Runs.fill(parameters, 5);
        model = ConvNeXt.of(Patterns.NETWORK, parameters.result(), engine);
    }

    @AfterAll
    static void close() {
        model.close();
        parameters.close();
        engine.close();
    }

    private static Metrics evaluate(Dataset dataset, Views views) {
        return Evaluation.of(model, dataset, PIPELINE, LoaderOptions.evaluation(8), views, done -> true);
    }

    private static float[] probabilities(Dataset dataset, int index) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor input = PIPELINE.preprocessor().toTensor(dataset.read(index), arena);
            Tensor logits = Objects.requireNonNull(
                    model.forward(input, EnumSet.of(Output.LOGITS), arena).get(Output.LOGITS));
            return Probability.SOFTMAX.of(logits.toArray());
        }
    }

    @Test
    void mirroringCountsTheMeanOfBothProbabilities() {
        Patterns patterns = new Patterns(PICTURES);
        double loss = 0;
        long right = 0;
        for (int i = 0; i < PICTURES; i++) {
            float[] one = probabilities(patterns, i);
            float[] other = probabilities(new Mirrored(), i);
            int best = 0;
            for (int k = 1; k < one.length; k++) {
                best = one[k] + other[k] > one[best] + other[best] ? k : best;
            }
            right += best == patterns.label(i) ? 1 : 0;
            loss -= Math.log((one[patterns.label(i)] + other[patterns.label(i)]) / 2.0);
        }
        Metrics metrics = evaluate(patterns, Views.PICTURE_AND_MIRRORED);
        assertEquals((double) right / PICTURES, metrics.top1());
        assertEquals(loss / PICTURES, metrics.loss(), 1e-5);

        Metrics plain = evaluate(patterns, Views.PICTURE);
        assertNotEquals(plain.loss(), metrics.loss(), 1e-3);
        // The logarithm of a mean is at least the mean of the logarithms.
        assertEquals(
                1,
                Math.signum(
                        (plain.loss() + evaluate(new Mirrored(), Views.PICTURE).loss()) / 2 - metrics.loss()));
    }

    @Test
    void mirroredPicturesMeasureTheSame() {
        Patterns patterns = new Patterns(PICTURES);
        Metrics metrics = evaluate(patterns, Views.PICTURE_AND_MIRRORED);
        Metrics mirrored = evaluate(new Mirrored(), Views.PICTURE_AND_MIRRORED);
        assertEquals(metrics.loss(), mirrored.loss(), 1e-6);
        assertEquals(metrics.top1(), mirrored.top1());
    }

    /** Scores so far apart that the lesser probabilities are 0 in float64, and with them their logarithms' difference. */
    @Test
    void scoresFarApartStayNumbers() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor logits = Tensor.of(arena, new float[] {2000, -2000, Float.NEGATIVE_INFINITY}, 1, 3);
            Tensor other = Tensor.of(arena, new float[] {-2000, 2000, Float.NEGATIVE_INFINITY}, 1, 3);
            Views.average(logits, other);
            assertEquals(Math.log(0.5), logits.get(0), 1e-6);
            assertEquals(Math.log(0.5), logits.get(1), 1e-6);
            assertEquals(Float.NEGATIVE_INFINITY, logits.get(2));
        }
    }
}

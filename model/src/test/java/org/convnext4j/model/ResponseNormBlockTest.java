package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two passes of V2's blocks: by tiles, by outputs and by groups of pictures. */
class ResponseNormBlockTest {
    private static final ConvNeXtConfig CONFIG = ConvNeXtConfig.of(List.of(1, 2, 1, 1), List.of(16, 24, 40, 72), 10)
            .withLayerScale(false)
            .withDesign(Design.PAPER.withResponseNorm(true));

    private static ConvNeXt model(ConvNeXtConfig config, Engine engine) {
        try (Arena weights = Arena.ofShared()) {
            return ConvNeXt.of(config, FormulaWeights.of(config, 0, weights), engine);
        }
    }

    /** From maps of one position to maps of which no two fit into the caches together. */
    @ParameterizedTest
    @CsvSource({"32, 32, 1", "75, 51, 3", "224, 224, 2", "37, 101, 5", "480, 320, 3"})
    void theSameBitsForAnyNumberOfThreads(int height, int width, int n) {
        try (Arena arena = Arena.ofShared()) {
            Tensor input = FormulaWeights.input(3, arena, n, 3, height, width);
            int[] reference = null;
            for (int threads : new int[] {1, 2, 3, 5}) {
                try (Engine engine = Engine.create(Backend.VECTOR, threads);
                        ConvNeXt model = model(CONFIG, engine)) {
                    for (int run = 0; run < 3; run++) {
                        int[] bits = bits(model.logits(input));
                        reference = reference == null ? bits : reference;
                        assertArrayEquals(reference, bits, threads + " threads, run " + run);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aPictureInABatchIsThePictureAlone(int threads) {
        int n = 5;
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, threads);
                ConvNeXt model = model(CONFIG, engine)) {
            Tensor batch = FormulaWeights.input(4, arena, n, 3, 160, 130);
            int[] all = bits(model.logits(batch));
            long bytes = batch.data().byteSize() / n;
            for (int k = 0; k < n; k++) {
                MemorySegment picture = batch.data().asSlice(k * bytes, bytes);
                int[] alone = bits(model.logits(new Tensor(Shape.of(1, 3, 160, 130), picture)));
                assertArrayEquals(alone, Arrays.copyOfRange(all, 10 * k, 10 * k + 10), "picture " + k);
            }
        }
    }

    @Test
    void oddSizesAgreeWithTheScalarBackend() {
        try (Arena arena = Arena.ofShared();
                Engine scalarEngine = Engine.create(Backend.SCALAR, 2);
                Engine vectorEngine = Engine.create(Backend.VECTOR, 2);
                ConvNeXt scalar = model(CONFIG, scalarEngine);
                ConvNeXt vector = model(CONFIG, vectorEngine)) {
            for (int height = 32; height <= 100; height += 8) {
                int width = 32 + (height * 13 + height / 4) % 69;
                Tensor input = FormulaWeights.input(height, arena, 2, 3, height + height / 4 % 4, width);
                float difference = Goldens.largestDifference(scalar.logits(input), vector.logits(input));
                assertTrue(difference <= 1e-5f, input.shape() + ": largest difference " + difference);
            }
        }
    }

    /** Nobody publishes these; the parts go together all the same. */
    @Test
    void itGoesWithLayerScaleDilationAndOtherNorms() {
        ConvNeXtConfig odd = CONFIG.withLayerScale(true)
                .withDesign(CONFIG.design()
                        .withDilatedStages(1)
                        .withKernelSizes(List.of(3, 5, 7, 9))
                        .withNorm(NormKind.SIMPLE));
        try (Arena arena = Arena.ofShared();
                Engine scalarEngine = Engine.create(Backend.SCALAR, 1);
                Engine vectorEngine = Engine.create(Backend.VECTOR, 3);
                ConvNeXt scalar = model(odd, scalarEngine);
                ConvNeXt vector = model(odd, vectorEngine)) {
            Tensor input = FormulaWeights.input(9, arena, 2, 3, 53, 71);
            float difference = Goldens.largestDifference(scalar.logits(input), vector.logits(input));
            assertTrue(difference <= 1e-5f, "largest difference " + difference);
        }
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}

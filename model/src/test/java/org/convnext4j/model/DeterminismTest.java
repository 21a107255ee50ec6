package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Vector API path gives the same bits for any number of threads, from run to run and in any batch. */
class DeterminismTest {
    private static final int MOST_PICTURES = 5;

    @ParameterizedTest
    @CsvSource({"64, 64, 2", "75, 51, 1", "224, 224, 1", "32, 96, 5"})
    void anyNumberOfThreadsAndAnyRun(int height, int width, int n) {
        try (Arena arena = Arena.ofShared()) {
            Tensor input = FormulaWeights.input(3, arena, n, 3, height, width);
            Map<Output, int[]> reference = null;
            for (int threads : new int[] {1, 2, 3, 5}) {
                try (Engine engine = Engine.create(Backend.VECTOR, threads);
                        ConvNeXt model = ToyModels.formula(engine)) {
                    for (int run = 0; run < 15; run++) {
                        Map<Output, int[]> bits = bits(model, input);
                        if (reference == null) {
                            reference = bits;
                        }
                        assertSame(reference, bits, threads + " threads, run " + run);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aPictureInABatchIsThePictureAlone(int threads) {
        try (Arena arena = Arena.ofShared();
                Engine engine = Engine.create(Backend.VECTOR, threads);
                ConvNeXt model = ToyModels.formula(engine)) {
            for (int n = 2; n <= MOST_PICTURES; n++) {
                Tensor batch = FormulaWeights.input(4, arena, n, 3, 64, 48);
                Map<Output, int[]> all = bits(model, batch);
                for (int k = 0; k < n; k++) {
                    long bytes = batch.data().byteSize() / n;
                    MemorySegment picture = batch.data().asSlice(k * bytes, bytes);
                    Map<Output, int[]> alone = bits(model, new Tensor(picture(batch), picture));
                    int index = k;
                    int pictures = n;
                    alone.forEach((output, bits) -> assertArrayEquals(
                            bits,
                            part(all, output, index, pictures),
                            output + " of picture " + index + " of " + pictures));
                }
            }
        }
    }

    /** Sizes that strides do not divide and maps narrower than the 7x7 filter. */
    @Test
    void oddSizesAgreeWithTheScalarBackend() {
        try (Arena arena = Arena.ofShared();
                Engine scalarEngine = Engine.create(Backend.SCALAR, 2);
                Engine vectorEngine = Engine.create(Backend.VECTOR, 2);
                ConvNeXt scalar = ToyModels.formula(scalarEngine);
                ConvNeXt vector = ToyModels.formula(vectorEngine)) {
            for (int height = 32; height <= 100; height += 4) {
                // Odd steps, so that every remainder comes up.
                int width = 32 + (height * 13 + height / 4) % 69;
                Tensor input = FormulaWeights.input(height, arena, 1, 3, height + height / 4 % 4, width);
                float difference = Goldens.largestDifference(scalar.logits(input), vector.logits(input));
                assertTrue(difference <= 1e-5f, input.shape() + ": largest difference " + difference);
            }
        }
    }

    private static Shape picture(Tensor batch) {
        return Shape.of(1, batch.dim(1), batch.dim(2), batch.dim(3));
    }

    private static int[] part(Map<Output, int[]> all, Output output, int index, int n) {
        int[] values = all.getOrDefault(output, new int[0]);
        int length = values.length / n;
        return Arrays.copyOfRange(values, index * length, (index + 1) * length);
    }

    private static Map<Output, int[]> bits(ConvNeXt model, Tensor input) {
        try (Arena arena = Arena.ofShared()) {
            Map<Output, int[]> bits = new EnumMap<>(Output.class);
            model.forward(input, EnumSet.allOf(Output.class), arena)
                    .forEach((output, tensor) -> bits.put(output, bits(tensor.toArray())));
            return bits;
        }
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    private static void assertSame(Map<Output, int[]> expected, Map<Output, int[]> actual, String what) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((output, bits) -> assertArrayEquals(bits, actual.get(output), output + ", " + what));
    }
}

package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.PatchConvGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient of the patch convolution against the definition in double. */
@EachWidth
final class PatchConvGradientTest {
    static Stream<Arguments> gradients() {
        return Samples.seeded(Implementations.patchConvGradients(), PatchConvGradient::name, 100);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void inputGradientAgreesWithTheDefinitionWholeAndRowByRow(PatchConvGradient gradient, int seed) {
        Random random = new Random(seed);
        Layer layer = Layer.random(random);
        String what = gradient.name() + ", seed " + seed + ", " + layer;
        float[] weight = Samples.of(Samples.Kind.NORMAL, random, layer.outputs * layer.inputs());
        float[] g = Samples.of(Samples.anyKind(random), random, layer.rows() * layer.columns() * layer.outputs);
        int elements = layer.height * layer.width * layer.channels;
        float[] expected = new float[elements];
        double[] bounds = new double[elements];
        for (int i = 0; i < elements; i++) {
            int c = i % layer.channels;
            int x = i / layer.channels % layer.width;
            int y = i / layer.channels / layer.width;
            int row = y / layer.patch;
            int column = x / layer.patch;
            if (row >= layer.rows() || column >= layer.columns()) {
                continue;
            }
            int tap = y % layer.patch * layer.patch + x % layer.patch;
            double sum = 0;
            double magnitude = 0;
            for (int n = 0; n < layer.outputs; n++) {
                double term = (double) g[(row * layer.columns() + column) * layer.outputs + n]
                        * weight[(n * layer.channels + c) * layer.patch * layer.patch + tap];
                sum += term;
                magnitude += Math.abs(term);
            }
            expected[i] = (float) sum;
            bounds[i] = magnitude * Bounds.sum(layer.outputs);
        }
        try (Arena arena = Arena.ofConfined()) {
            PatchConvGradient.Filters filters = gradient.pack(
                    arena, Tensor.of(arena, weight, layer.outputs, layer.channels, layer.patch, layer.patch));
            Guarded gradY = Guarded.dense(arena, random, layer.rows(), layer.columns() * layer.outputs)
                    .fill(g);
            Guarded gradX = Guarded.dense(arena, random, layer.height, layer.width * layer.channels);
            run(filters, arena, layer, 0, layer.rows(), gradY, gradX);
            gradX.assertGuards(what);
            Bounds.assertClose(what, expected, gradX.values(), bounds);

            Guarded parts = gradX.sameLayout(arena);
            int begin = 0;
            while (begin < layer.rows()) {
                int end = begin + 1 + random.nextInt(layer.rows() - begin);
                run(filters, arena, layer, begin, end, gradY, parts);
                begin = end;
            }
            parts.assertGuards(what + ", in parts");
            if (Implementations.sameBitsAtAnyRange(gradient)) {
                Bounds.assertSameBits(what + ", in parts", gradX.values(), parts.values());
            } else {
                Bounds.assertClose(what + ", in parts", expected, parts.values(), bounds);
            }
        }
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("gradients")
    void weightGradientAgreesWithTheDefinitionAtAnyRangeOfOutputs(PatchConvGradient gradient, int seed) {
        Random random = new Random(seed);
        Layer layer = Layer.random(random);
        boolean accumulate = random.nextBoolean();
        String what = gradient.name() + ", seed " + seed + ", " + layer + (accumulate ? ", added" : "");
        float[] x = Samples.of(Samples.anyKind(random), random, layer.height * layer.width * layer.channels);
        int pixels = layer.rows() * layer.columns();
        float[] g = Samples.of(Samples.Kind.NORMAL, random, pixels * layer.outputs);
        float[] before = Samples.of(Samples.Kind.NORMAL, random, layer.outputs * layer.inputs());
        float[] expected = new float[before.length];
        double[] bounds = new double[before.length];
        for (int i = 0; i < before.length; i++) {
            int tap = i % (layer.patch * layer.patch);
            int c = i / (layer.patch * layer.patch) % layer.channels;
            int n = i / layer.inputs();
            double sum = accumulate ? before[i] : 0;
            double magnitude = Math.abs(sum);
            for (int pixel = 0; pixel < pixels; pixel++) {
                int y = pixel / layer.columns() * layer.patch + tap / layer.patch;
                int column = pixel % layer.columns() * layer.patch + tap % layer.patch;
                double term =
                        (double) g[pixel * layer.outputs + n] * x[(y * layer.width + column) * layer.channels + c];
                sum += term;
                magnitude += Math.abs(term);
            }
            expected[i] = (float) sum;
            bounds[i] = magnitude * Bounds.sum(pixels + 1);
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded in = Guarded.dense(arena, random, layer.height, layer.width * layer.channels)
                    .fill(x);
            Guarded patches = Guarded.dense(arena, random, pixels, layer.inputs());
            Patches.gather(
                    layer.patch,
                    layer.channels,
                    in.segment(),
                    in.bytes(),
                    layer.width,
                    0,
                    layer.rows(),
                    patches.segment(),
                    patches.bytes());
            patches.assertGuards(what + ", patches");
            Guarded gradY = Guarded.dense(arena, random, pixels, layer.outputs).fill(g);
            Guarded whole = Guarded.dense(arena, random, layer.outputs, layer.inputs());
            Guarded parts = whole.sameLayout(arena);
            if (accumulate) {
                whole.fill(before);
                parts.fill(before);
            }
            run(gradient, arena, layer, 0, layer.outputs, patches, gradY, accumulate, whole);
            whole.assertGuards(what);
            Bounds.assertClose(what, expected, whole.values(), bounds);

            int begin = 0;
            while (begin < layer.outputs) {
                int end = begin + 1 + random.nextInt(layer.outputs - begin);
                run(gradient, arena, layer, begin, end, patches, gradY, accumulate, parts);
                begin = end;
            }
            parts.assertGuards(what + ", in parts");
            if (Implementations.sameBitsAtAnyRange(gradient)) {
                Bounds.assertSameBits(what + ", in parts", whole.values(), parts.values());
            } else {
                Bounds.assertClose(what + ", in parts", expected, parts.values(), bounds);
            }
        }
    }

    private static void run(
            PatchConvGradient.Filters filters,
            Arena arena,
            Layer layer,
            int begin,
            int end,
            Guarded gradY,
            Guarded gradX) {
        int floats = Math.toIntExact(filters.scratchFloats(layer.width, end - begin));
        Guarded scratch = Guarded.dense(arena, new Random(floats), 1, floats);
        filters.inputGradient(
                gradY.segment(),
                gradY.bytes(begin),
                layer.height,
                layer.width,
                begin,
                end,
                gradX.segment(),
                gradX.bytes(),
                scratch.segment(),
                scratch.bytes());
        scratch.assertGuardsOutside("scratch");
    }

    private static void run(
            PatchConvGradient gradient,
            Arena arena,
            Layer layer,
            int begin,
            int end,
            Guarded patches,
            Guarded gradY,
            boolean accumulate,
            Guarded gradWeight) {
        int pixels = layer.rows() * layer.columns();
        int floats = Math.toIntExact(gradient.scratchFloats(pixels, layer.channels, layer.patch, end - begin));
        Guarded scratch = Guarded.dense(arena, new Random(floats), 1, floats);
        gradient.weightGradient(
                pixels,
                layer.channels,
                layer.patch,
                layer.outputs,
                begin,
                end,
                patches.segment(),
                patches.bytes(),
                gradY.segment(),
                gradY.bytes(),
                accumulate,
                gradWeight.segment(),
                gradWeight.bytes(),
                scratch.segment(),
                scratch.bytes());
        scratch.assertGuardsOutside("scratch");
    }

    /** A layer on a map of any size, rows and columns left over included. */
    private record Layer(int patch, int channels, int outputs, int height, int width) {
        static Layer random(Random random) {
            int patch = Samples.any(random, 1, 2, 3, 4);
            return new Layer(
                    patch,
                    Samples.any(random, Samples.CHANNELS),
                    Samples.any(random, Samples.CHANNELS),
                    patch + random.nextInt(11),
                    patch + random.nextInt(11));
        }

        int rows() {
            return height / patch;
        }

        int columns() {
            return width / patch;
        }

        int inputs() {
            return patch * patch * channels;
        }

        @Override
        public String toString() {
            return "patch " + patch + ", " + height + "x" + width + ", " + channels + " to " + outputs;
        }
    }
}

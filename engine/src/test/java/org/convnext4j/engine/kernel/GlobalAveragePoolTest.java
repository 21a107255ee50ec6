package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every global average pool against means computed here, for want of goldens. */
@EachWidth
final class GlobalAveragePoolTest {
    static Stream<Arguments> pools() {
        return Samples.seeded(Implementations.globalAveragePools(), GlobalAveragePool::name, 120);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("pools")
    void isTheMeanOfEachChannel(GlobalAveragePool pool, int seed) {
        Random random = new Random(seed);
        int pixels = Samples.any(random, 1, 2, 3, 7, 16, 17, 49, 81, 143, 144, 196);
        int channels = Samples.any(random, Samples.CHANNELS);
        Samples.Kind kind = Samples.anyKind(random);
        String what =
                pool.name() + ", seed " + seed + ", " + kind + ", " + pixels + " pixels, " + channels + " channels";
        float[] in = Samples.of(kind, random, pixels * channels);
        double[] mean = new double[channels];
        double[] magnitude = new double[channels];
        for (int i = 0; i < in.length; i++) {
            mean[i % channels] += in[i] / (double) pixels;
            magnitude[i % channels] += Math.abs(in[i]) / (double) pixels;
        }
        float[] expected = new float[channels];
        double[] bounds = new double[channels];
        for (int c = 0; c < channels; c++) {
            expected[c] = (float) mean[c];
            bounds[c] = magnitude[c] * Bounds.sum(pixels + 1);
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.dense(arena, random, pixels, channels).fill(in);
            Guarded y = Guarded.dense(arena, random, 1, channels);
            pool.forward(pixels, channels, x.segment(), x.bytes(), y.segment(), y.bytes());
            y.assertGuards(what);
            Bounds.assertClose(what, expected, y.values(), bounds);
        }
    }
}

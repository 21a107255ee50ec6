package org.convnext4j.engine.kernel;

import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

/** Test inputs. */
final class Samples {
    /** Channel counts around the vector lengths 4, 8 and 16 and multiples of them, primes, and ConvNeXt's 40 and 96. */
    static final int[] CHANNELS = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 47, 63, 65, 96, 97, 101};

    private Samples() {}

    /** What the inputs look like. */
    enum Kind {
        /** Like normalised activations. */
        NORMAL,
        /** Magnitudes from 1e-3 to 1e3 side by side. */
        WIDE,
        /** A large mean with a small spread, where naive formulas cancel. */
        OFFSET
    }

    static float[] of(Kind kind, Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            double normal = random.nextGaussian();
            if (kind == Kind.WIDE) {
                normal *= Math.pow(10, random.nextDouble(-3, 3));
            } else if (kind == Kind.OFFSET) {
                normal += 1000;
            }
            values[i] = (float) normal;
        }
        return values;
    }

    static float[] abs(float[] values) {
        float[] magnitudes = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            magnitudes[i] = Math.abs(values[i]);
        }
        return magnitudes;
    }

    static Kind anyKind(Random random) {
        return Kind.values()[random.nextInt(Kind.values().length)];
    }

    static int any(Random random, int... values) {
        return values[random.nextInt(values.length)];
    }

    /** Every implementation, named, with each of the seeds 0 to {@code seeds - 1}. */
    static <T> Stream<Arguments> seeded(List<T> implementations, Function<T, String> name, int seeds) {
        return implementations.stream()
                .flatMap(implementation -> Stream.iterate(0, seed -> seed < seeds, seed -> seed + 1)
                        .map(seed -> Arguments.of(Named.of(name.apply(implementation), implementation), seed)));
    }

    /** Every implementation, named. */
    static <T> Stream<Arguments> named(List<T> implementations, Function<T, String> name) {
        return implementations.stream()
                .map(implementation -> Arguments.of(Named.of(name.apply(implementation), implementation)));
    }
}

package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.gradient.ColumnSums;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sum over columns against a plain one in double. */
@EachWidth
final class ColumnSumsTest {
    private static final int[] ROWS = {0, 1, 2, 5, 63, 64, 65, 127, 128, 129, 251, 4095, 4096, 4097, 9001};

    static Stream<Arguments> seeded() {
        return Samples.seeded(Implementations.columnSums(), ColumnSums::name, 150);
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("seeded")
    void agreesWithThePlainSumAtAnyLayoutAndRange(ColumnSums sums, int seed) {
        Random random = new Random(seed);
        int rows = ROWS[seed % ROWS.length];
        int columns = Samples.any(random, Samples.CHANNELS);
        boolean accumulate = random.nextBoolean();
        Samples.Kind kind = Samples.anyKind(random);
        String what = sums.name() + ", seed " + seed + ", " + kind + ", " + rows + " rows, " + columns + " columns"
                + (accumulate ? ", added" : "");
        float[] in = Samples.of(kind, random, rows * columns);
        float[] before = Samples.of(kind, random, columns);
        float[] expected = new float[columns];
        double[] bounds = new double[columns];
        // In stages: a term takes part in the additions of its block, of its block of blocks, and of all those.
        int additions = Math.min(rows, 64) + Math.min((rows + 63) / 64, 64) + (rows + 4095) / 4096 + 1;
        for (int column = 0; column < columns; column++) {
            double sum = accumulate ? before[column] : 0;
            double magnitude = Math.abs(sum);
            for (int row = 0; row < rows; row++) {
                sum += in[row * columns + column];
                magnitude += Math.abs(in[row * columns + column]);
            }
            expected[column] = (float) sum;
            bounds[column] = magnitude * Bounds.sum(additions);
        }
        try (Arena arena = Arena.ofConfined()) {
            Guarded x = Guarded.strided(arena, random, rows, columns).fill(in);
            Guarded y = Guarded.dense(arena, random, 1, columns);
            Guarded parts = y.sameLayout(arena);
            if (accumulate) {
                y.fill(before);
                parts.fill(before);
            }
            sums.sum(rows, 0, columns, accumulate, x.segment(), x.bytes(), x.stride(), y.segment(), y.bytes());
            y.assertGuards(what);
            Bounds.assertClose(what, expected, y.values(), bounds);

            int begin = 0;
            while (begin < columns) {
                int end = begin + 1 + random.nextInt(columns - begin);
                Guarded alone = y.sameLayout(arena);
                long to = alone.bytes();
                sums.sum(rows, begin, end, false, x.segment(), x.bytes(), x.stride(), alone.segment(), to);
                alone.assertOnlyWritten(what + ", columns " + begin + " to " + end, begin, end);
                sums.sum(
                        rows,
                        begin,
                        end,
                        accumulate,
                        x.segment(),
                        x.bytes(),
                        x.stride(),
                        parts.segment(),
                        parts.bytes());
                begin = end;
            }
            Bounds.assertSameBits(what + ", in parts", y.values(), parts.values());
        }
    }
}

package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The sum of squares in double, in which the square of a float is exact and cannot overflow. A vector of floats of half
 * the width becomes one of doubles of the full width.
 */
final class SquaredNorm {
    private static final VectorSpecies<Double> DOUBLES = VectorSpecies.of(double.class, Lanes.SPECIES.vectorShape());

    private static final VectorSpecies<Float> FLOATS =
            VectorSpecies.of(float.class, VectorShape.forBitSize(Lanes.SPECIES.vectorBitSize() / 2));

    private static final int STEP = DOUBLES.length();

    private SquaredNorm() {}

    static double of(int count, long x) {
        DoubleVector s0 = DoubleVector.zero(DOUBLES);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        int quads = count - count % (4 * STEP);
        for (int i = 0; i < quads; i += 4 * STEP) {
            long at = x + (long) i * Float.BYTES;
            DoubleVector d0 = widened(at);
            DoubleVector d1 = widened(at + (long) STEP * Float.BYTES);
            DoubleVector d2 = widened(at + 2L * STEP * Float.BYTES);
            DoubleVector d3 = widened(at + 3L * STEP * Float.BYTES);
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
            s2 = d2.fma(d2, s2);
            s3 = d3.fma(d3, s3);
        }
        for (int i = quads; i < count; i += STEP) {
            VectorMask<Float> mask = FLOATS.indexInRange(i, count);
            DoubleVector d = (DoubleVector)
                    FloatVector.fromMemorySegment(FLOATS, Memory.ALL, x + (long) i * Float.BYTES, LITTLE_ENDIAN, mask)
                            .convertShape(VectorOperators.F2D, DOUBLES, 0);
            s0 = d.fma(d, s0);
        }
        return sum(s0.add(s1).add(s2.add(s3)));
    }

    private static DoubleVector widened(long at) {
        return (DoubleVector) FloatVector.fromMemorySegment(FLOATS, Memory.ALL, at, LITTLE_ENDIAN)
                .convertShape(VectorOperators.F2D, DOUBLES, 0);
    }

    /** Lane by lane, for the reason that {@link Lanes#sum} gives. */
    private static double sum(DoubleVector v) {
        double sum = v.lane(0);
        for (int lane = 1; lane < STEP; lane++) {
            sum += v.lane(lane);
        }
        return sum;
    }
}

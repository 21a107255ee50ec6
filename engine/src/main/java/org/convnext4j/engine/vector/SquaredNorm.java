package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
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

    private static final long STEP_BYTES = (long) STEP * Float.BYTES;

    private SquaredNorm() {}

    static double of(int count, long x) {
        int quads = count - count % (4 * STEP);
        double sum = quads(quads, x, Scratch.address());
        for (int i = quads; i < count; i++) {
            double d = Memory.ALL.get(Lanes.FLOAT, x + (long) i * Float.BYTES);
            sum += d * d;
        }
        return sum;
    }

    private static double quads(int count, long x, long lanes) {
        DoubleVector s0 = DoubleVector.zero(DOUBLES);
        DoubleVector s1 = s0;
        DoubleVector s2 = s0;
        DoubleVector s3 = s0;
        for (int i = 0; i < count; i += 4 * STEP) {
            long at = x + (long) i * Float.BYTES;
            DoubleVector d0 = (DoubleVector) FloatVector.fromMemorySegment(FLOATS, Memory.ALL, at, LITTLE_ENDIAN)
                    .convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector d1 =
                    (DoubleVector) FloatVector.fromMemorySegment(FLOATS, Memory.ALL, at + STEP_BYTES, LITTLE_ENDIAN)
                            .convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector d2 =
                    (DoubleVector) FloatVector.fromMemorySegment(FLOATS, Memory.ALL, at + 2 * STEP_BYTES, LITTLE_ENDIAN)
                            .convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector d3 =
                    (DoubleVector) FloatVector.fromMemorySegment(FLOATS, Memory.ALL, at + 3 * STEP_BYTES, LITTLE_ENDIAN)
                            .convertShape(VectorOperators.F2D, DOUBLES, 0);
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
            s2 = d2.fma(d2, s2);
            s3 = d3.fma(d3, s3);
        }
        s0.add(s1).add(s2.add(s3)).intoMemorySegment(Memory.ALL, lanes, LITTLE_ENDIAN);
        double sum = 0;
        for (int lane = 0; lane < STEP; lane++) {
            sum += Memory.ALL.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, lanes + (long) lane * Double.BYTES);
        }
        return sum;
    }
}

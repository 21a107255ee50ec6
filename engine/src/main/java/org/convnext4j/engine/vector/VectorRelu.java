package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import org.convnext4j.engine.kernel.Relu;

/**
 * ReLU row by row. A row ends with the vector of its last floats, which may overlap the one before: it is loaded before
 * the first store, so that a row in place gets the same values twice. Rows of less than a vector go float by float.
 */
final class VectorRelu implements Relu {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void forward(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        Relu.checkForward(rows, columns, x, xBytes, xStride, y, yBytes, yStride);
        long from = Memory.address(x, xBytes, Memory.span(rows, xStride, columns));
        long to = Memory.writable(y, yBytes, Memory.span(rows, yStride, columns));
        for (int row = 0; row < rows; row++) {
            long in = from + (long) row * xStride * Float.BYTES;
            long out = to + (long) row * yStride * Float.BYTES;
            if (columns < LANES) {
                few(columns, in, out);
            } else {
                row(columns, in, out);
            }
        }
    }

    @Override
    public void forwardSum(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment residual,
            long residualBytes,
            int residualStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        Relu.checkForwardSum(
                rows, columns, x, xBytes, xStride, residual, residualBytes, residualStride, y, yBytes, yStride);
        long from = Memory.address(x, xBytes, Memory.span(rows, xStride, columns));
        long other = Memory.address(residual, residualBytes, Memory.span(rows, residualStride, columns));
        long to = Memory.writable(y, yBytes, Memory.span(rows, yStride, columns));
        for (int row = 0; row < rows; row++) {
            long in = from + (long) row * xStride * Float.BYTES;
            long added = other + (long) row * residualStride * Float.BYTES;
            long out = to + (long) row * yStride * Float.BYTES;
            if (columns < LANES) {
                fewSums(columns, in, added, out);
            } else {
                rowOfSums(columns, in, added, out);
            }
        }
    }

    private static void row(int columns, long x, long y) {
        int whole = Lanes.wholeVectors(columns);
        long end = (long) (columns - LANES) * Float.BYTES;
        FloatVector last = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + end, LITTLE_ENDIAN);
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .max(0f)
                    .intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
        }
        last.max(0f).intoMemorySegment(Memory.ALL, y + end, LITTLE_ENDIAN);
    }

    private static void rowOfSums(int columns, long x, long residual, long y) {
        int whole = Lanes.wholeVectors(columns);
        long end = (long) (columns - LANES) * Float.BYTES;
        FloatVector last = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + end, LITTLE_ENDIAN)
                .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, residual + end, LITTLE_ENDIAN));
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .add(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, residual + at, LITTLE_ENDIAN))
                    .max(0f)
                    .intoMemorySegment(Memory.ALL, y + at, LITTLE_ENDIAN);
        }
        last.max(0f).intoMemorySegment(Memory.ALL, y + end, LITTLE_ENDIAN);
    }

    private static void few(int columns, long x, long y) {
        for (int i = 0; i < columns; i++) {
            long at = (long) i * Float.BYTES;
            Memory.ALL.set(Lanes.FLOAT, y + at, Math.max(Memory.ALL.get(Lanes.FLOAT, x + at), 0f));
        }
    }

    private static void fewSums(int columns, long x, long residual, long y) {
        for (int i = 0; i < columns; i++) {
            long at = (long) i * Float.BYTES;
            float sum = Memory.ALL.get(Lanes.FLOAT, x + at) + Memory.ALL.get(Lanes.FLOAT, residual + at);
            Memory.ALL.set(Lanes.FLOAT, y + at, Math.max(sum, 0f));
        }
    }
}

package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.convnext4j.engine.kernel.gradient.ReluGradient;

/** The gradient of ReLU row by row, ending a row as {@link VectorRelu} does. */
final class VectorReluGradient implements ReluGradient {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void backward(
            int rows,
            int columns,
            MemorySegment y,
            long yBytes,
            int yStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride) {
        ReluGradient.checkBackward(
                rows, columns, y, yBytes, yStride, gradY, gradYBytes, gradYStride, gradX, gradXBytes, gradXStride);
        long outs = Memory.address(y, yBytes, Memory.span(rows, yStride, columns));
        long from = Memory.address(gradY, gradYBytes, Memory.span(rows, gradYStride, columns));
        long to = Memory.writable(gradX, gradXBytes, Memory.span(rows, gradXStride, columns));
        for (int row = 0; row < rows; row++) {
            long out = outs + (long) row * yStride * Float.BYTES;
            long in = from + (long) row * gradYStride * Float.BYTES;
            long grad = to + (long) row * gradXStride * Float.BYTES;
            if (columns < LANES) {
                few(columns, out, in, grad);
            } else {
                row(columns, out, in, grad);
            }
        }
    }

    private static void row(int columns, long y, long gradY, long gradX) {
        int whole = Lanes.wholeVectors(columns);
        long end = (long) (columns - LANES) * Float.BYTES;
        FloatVector zero = FloatVector.zero(SPECIES);
        FloatVector lastY = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y + end, LITTLE_ENDIAN);
        FloatVector last = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + end, LITTLE_ENDIAN);
        for (int i = 0; i < whole; i += LANES) {
            long at = (long) i * Float.BYTES;
            FloatVector out = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y + at, LITTLE_ENDIAN);
            zero.blend(
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + at, LITTLE_ENDIAN),
                            out.compare(VectorOperators.GT, zero))
                    .intoMemorySegment(Memory.ALL, gradX + at, LITTLE_ENDIAN);
        }
        zero.blend(last, lastY.compare(VectorOperators.GT, zero))
                .intoMemorySegment(Memory.ALL, gradX + end, LITTLE_ENDIAN);
    }

    private static void few(int columns, long y, long gradY, long gradX) {
        for (int i = 0; i < columns; i++) {
            long at = (long) i * Float.BYTES;
            float grad = Memory.ALL.get(Lanes.FLOAT, y + at) > 0 ? Memory.ALL.get(Lanes.FLOAT, gradY + at) : 0;
            Memory.ALL.set(Lanes.FLOAT, gradX + at, grad);
        }
    }
}

package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.BatchNorm;

/** Batch normalisation channel by channel, in double. Stateless. */
public final class ScalarBatchNorm implements BatchNorm {
    /** Makes the kernel. */
    public ScalarBatchNorm() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void partStatistics(
            int rowBegin,
            int rowEnd,
            int channels,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment parts,
            long partsBytes) {
        BatchNorm.checkPartStatistics(rowBegin, rowEnd, channels, x, xBytes, xStride, parts, partsBytes);
        for (int begin = rowBegin; begin < rowEnd; begin += PART_ROWS) {
            int rows = Math.min(PART_ROWS, rowEnd - begin);
            long to = Floats.at(partsBytes, begin / PART_ROWS * 2L * channels);
            for (int c = 0; c < channels; c++) {
                long from = Floats.at(xBytes, (long) begin * xStride + c);
                double mean = 0;
                for (int row = 0; row < rows; row++) {
                    mean += Floats.get(x, Floats.at(from, (long) row * xStride)) / rows;
                }
                double squares = 0;
                for (int row = 0; row < rows; row++) {
                    double difference = Floats.get(x, Floats.at(from, (long) row * xStride)) - mean;
                    squares += difference * difference;
                }
                Floats.set(parts, Floats.at(to, c), mean);
                Floats.set(parts, Floats.at(to, channels + (long) c), squares);
            }
        }
    }

    @Override
    public void affine(
            int rows,
            int channels,
            MemorySegment scale,
            long scaleBytes,
            MemorySegment shift,
            long shiftBytes,
            boolean relu,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        BatchNorm.checkAffine(
                rows, channels, scale, scaleBytes, shift, shiftBytes, x, xBytes, xStride, y, yBytes, yStride);
        for (int row = 0; row < rows; row++) {
            for (int c = 0; c < channels; c++) {
                double out = Floats.get(x, Floats.at(xBytes, (long) row * xStride + c))
                                * Floats.get(scale, Floats.at(scaleBytes, c))
                        + Floats.get(shift, Floats.at(shiftBytes, c));
                Floats.set(y, Floats.at(yBytes, (long) row * yStride + c), relu ? Math.max(out, 0) : out);
            }
        }
    }
}

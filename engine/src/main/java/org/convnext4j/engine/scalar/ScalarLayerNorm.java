package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.ChannelNorm;
import org.convnext4j.engine.kernel.LayerNorm;

/** Layer normalisation in double, in two passes: the mean first, then the squares of the differences from it. Stateless. */
public final class ScalarLayerNorm implements LayerNorm {
    /** Makes the kernel. */
    public ScalarLayerNorm() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void normalize(
            int rows,
            int channels,
            float epsilon,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        ChannelNorm.checkNormalize(rows, channels, x, xBytes, xStride, y, yBytes, yStride);
        for (int row = 0; row < rows; row++) {
            long xRow = Floats.at(xBytes, (long) row * xStride);
            long yRow = Floats.at(yBytes, (long) row * yStride);
            double mean = mean(channels, x, xRow);
            double scale = 1 / Math.sqrt(variance(channels, x, xRow, mean) + epsilon);
            for (int c = 0; c < channels; c++) {
                Floats.set(y, Floats.at(yRow, c), (Floats.get(x, Floats.at(xRow, c)) - mean) * scale);
            }
        }
    }

    @Override
    public void forward(
            int rows,
            int channels,
            float epsilon,
            MemorySegment weight,
            MemorySegment bias,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        ChannelNorm.checkForward(rows, channels, weight, bias, x, xBytes, xStride, y, yBytes, yStride);
        for (int row = 0; row < rows; row++) {
            long xRow = Floats.at(xBytes, (long) row * xStride);
            long yRow = Floats.at(yBytes, (long) row * yStride);
            double mean = mean(channels, x, xRow);
            double scale = 1 / Math.sqrt(variance(channels, x, xRow, mean) + epsilon);
            for (int c = 0; c < channels; c++) {
                double normal = (Floats.get(x, Floats.at(xRow, c)) - mean) * scale;
                double out = normal * Floats.get(weight, Floats.at(0, c)) + Floats.get(bias, Floats.at(0, c));
                Floats.set(y, Floats.at(yRow, c), out);
            }
        }
    }

    static double mean(int channels, MemorySegment x, long row) {
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            sum += Floats.get(x, Floats.at(row, c));
        }
        return sum / channels;
    }

    static double variance(int channels, MemorySegment x, long row, double mean) {
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            double difference = Floats.get(x, Floats.at(row, c)) - mean;
            sum += difference * difference;
        }
        return sum / channels;
    }
}

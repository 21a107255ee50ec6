package org.convnext4j.engine.plain;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.ChannelNorm;
import org.convnext4j.engine.kernel.LayerNorm;

/** LayerNorm by loops over a row on the heap, in double: a float mean of a row far from zero is off by its rounding. */
public final class PlainLayerNorm implements LayerNorm {
    @Override
    public String name() {
        return "plain";
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
        float[] row = Rows.take(0, channels);
        for (int r = 0; r < rows; r++) {
            Rows.read(x, xBytes + (long) r * xStride * Float.BYTES, row, channels);
            normalize(row, channels, epsilon);
            Rows.write(row, channels, y, yBytes + (long) r * yStride * Float.BYTES);
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
        float[] row = Rows.take(0, channels);
        float[] weights = Rows.take(1, channels);
        float[] biases = Rows.take(2, channels);
        Rows.read(weight, 0, weights, channels);
        Rows.read(bias, 0, biases, channels);
        for (int r = 0; r < rows; r++) {
            Rows.read(x, xBytes + (long) r * xStride * Float.BYTES, row, channels);
            normalize(row, channels, epsilon);
            for (int c = 0; c < channels; c++) {
                row[c] = row[c] * weights[c] + biases[c];
            }
            Rows.write(row, channels, y, yBytes + (long) r * yStride * Float.BYTES);
        }
    }

    private static void normalize(float[] row, int channels, float epsilon) {
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            sum += row[c];
        }
        double mean = sum / channels;
        double squares = 0;
        for (int c = 0; c < channels; c++) {
            double d = row[c] - mean;
            squares += d * d;
        }
        double scale = 1 / Math.sqrt(squares / channels + epsilon);
        for (int c = 0; c < channels; c++) {
            row[c] = (float) ((row[c] - mean) * scale);
        }
    }
}

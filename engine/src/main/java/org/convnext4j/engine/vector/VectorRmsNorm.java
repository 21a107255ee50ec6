package org.convnext4j.engine.vector;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.ChannelNorm;

/**
 * The norm that divides by the root of the mean square without centring, by the loops of {@link VectorLayerNorm} with a mean
 * of 0 taken off.
 */
final class VectorRmsNorm implements ChannelNorm {
    @Override
    public String name() {
        return "vector";
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
        long xAddress = Memory.address(x, xBytes, Memory.span(rows, xStride, channels));
        long yAddress = Memory.writable(y, yBytes, Memory.span(rows, yStride, channels));
        long lanes = Scratch.address();
        for (int row = 0; row < rows; row++) {
            long from = xAddress + (long) row * xStride * Float.BYTES;
            float scale = scale(channels, from, epsilon, lanes);
            VectorLayerNorm.scaled(channels, 0, scale, from, yAddress + (long) row * yStride * Float.BYTES);
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
        long xAddress = Memory.address(x, xBytes, Memory.span(rows, xStride, channels));
        long yAddress = Memory.writable(y, yBytes, Memory.span(rows, yStride, channels));
        long weights = Memory.address(weight, 0, channels);
        long biases = Memory.address(bias, 0, channels);
        long lanes = Scratch.address();
        for (int row = 0; row < rows; row++) {
            long from = xAddress + (long) row * xStride * Float.BYTES;
            float scale = scale(channels, from, epsilon, lanes);
            long to = yAddress + (long) row * yStride * Float.BYTES;
            VectorLayerNorm.affine(channels, 0, scale, weights, biases, from, to);
        }
    }

    private static float scale(int channels, long x, float epsilon, long lanes) {
        float squares = VectorLayerNorm.squares(channels, 0, x, lanes);
        if (WideLayerNorm.isNeeded(channels, 0, squares, epsilon)) {
            return WideLayerNorm.rmsScale(channels, epsilon, x);
        }
        return VectorLayerNorm.scale(squares, channels, epsilon);
    }
}

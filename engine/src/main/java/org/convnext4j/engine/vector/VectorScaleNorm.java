package org.convnext4j.engine.vector;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.ChannelNorm;
import org.convnext4j.engine.kernel.NormKind;

/** The two norms that scale without centring, by the loops of {@link VectorLayerNorm} with a mean of 0 taken off. */
final class VectorScaleNorm implements ChannelNorm {
    private final boolean aboutMean;

    /** {@link NormKind#SIMPLE} or {@link NormKind#RMS}. */
    VectorScaleNorm(NormKind kind) {
        if (kind == NormKind.LAYER) {
            throw new IllegalArgumentException("the layer norm centres; take VectorLayerNorm");
        }
        this.aboutMean = kind == NormKind.SIMPLE;
    }

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

    private float scale(int channels, long x, float epsilon, long lanes) {
        return aboutMean ? simple(channels, x, epsilon, lanes) : rms(channels, x, epsilon, lanes);
    }

    /** A method for each, for C2 runs out of its limits when it inlines the sums of both into one. */
    private static float simple(int channels, long x, float epsilon, long lanes) {
        float mean = VectorLayerNorm.sum(channels, x, lanes) / channels;
        float squares = VectorLayerNorm.squares(channels, mean, x, lanes);
        if (WideLayerNorm.isNeeded(channels, mean, squares, epsilon)) {
            return wide(WideLayerNorm.squares(channels, WideLayerNorm.mean(channels, x), x), channels - 1, epsilon);
        }
        return VectorLayerNorm.scale(squares, channels - 1, epsilon);
    }

    private static float rms(int channels, long x, float epsilon, long lanes) {
        float squares = VectorLayerNorm.squares(channels, 0, x, lanes);
        if (WideLayerNorm.isNeeded(channels, 0, squares, epsilon)) {
            return wide(WideLayerNorm.squares(channels, 0, x), channels, epsilon);
        }
        return VectorLayerNorm.scale(squares, channels, epsilon);
    }

    private static float wide(double squares, int divisor, float epsilon) {
        return (float) (1 / Math.sqrt(squares / divisor + epsilon));
    }
}

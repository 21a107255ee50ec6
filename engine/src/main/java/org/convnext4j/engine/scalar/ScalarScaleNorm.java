package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.ChannelNorm;
import org.convnext4j.engine.kernel.NormKind;

/** The two norms that scale without centring, in double. Stateless but for the kind. */
public final class ScalarScaleNorm implements ChannelNorm {
    private final boolean aboutMean;

    /**
     * Makes the kernel.
     *
     * @param kind {@link NormKind#SIMPLE} or {@link NormKind#RMS}
     * @throws IllegalArgumentException if it is the layer norm, which centres
     */
    public ScalarScaleNorm(NormKind kind) {
        if (kind == NormKind.LAYER) {
            throw new IllegalArgumentException("the layer norm centres; take ScalarLayerNorm");
        }
        this.aboutMean = kind == NormKind.SIMPLE;
    }

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
            double scale = scale(aboutMean, channels, epsilon, x, xRow);
            for (int c = 0; c < channels; c++) {
                Floats.set(y, Floats.at(yRow, c), Floats.get(x, Floats.at(xRow, c)) * scale);
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
            double scale = scale(aboutMean, channels, epsilon, x, xRow);
            for (int c = 0; c < channels; c++) {
                double scaled = Floats.get(x, Floats.at(xRow, c)) * scale * Floats.get(weight, Floats.at(0, c));
                Floats.set(y, Floats.at(yRow, c), scaled + Floats.get(bias, Floats.at(0, c)));
            }
        }
    }

    /** What a row is multiplied by: 1 over the root of its variance, or of its mean square. */
    static double scale(boolean aboutMean, int channels, double epsilon, MemorySegment x, long row) {
        double centre = aboutMean ? ScalarLayerNorm.mean(channels, x, row) : 0;
        double square = ScalarLayerNorm.variance(channels, x, row, centre);
        return 1 / Math.sqrt((aboutMean ? square * channels / (channels - 1) : square) + epsilon);
    }
}

package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;

/**
 * The gradients of the two norms that scale without centring, in double, one column of a part after the other. Stateless but
 * for the kind; a small array per call keeps what its rows need.
 */
public final class ScalarScaleNormGradient implements ChannelNormGradient {
    private final boolean aboutMean;

    /**
     * Makes the kernel.
     *
     * @param kind {@link NormKind#SIMPLE} or {@link NormKind#RMS}
     * @throws IllegalArgumentException if it is the layer norm, which centres
     */
    public ScalarScaleNormGradient(NormKind kind) {
        if (kind == NormKind.LAYER) {
            throw new IllegalArgumentException("the layer norm centres; take ScalarLayerNormGradient");
        }
        this.aboutMean = kind == NormKind.SIMPLE;
    }

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void backward(
            int rowBegin,
            int rowEnd,
            int channels,
            float epsilon,
            MemorySegment weight,
            long weightBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride,
            MemorySegment parts,
            long partsBytes) {
        ChannelNormGradient.checkBackward(
                rowBegin,
                rowEnd,
                channels,
                weight,
                weightBytes,
                x,
                xBytes,
                xStride,
                gradY,
                gradYBytes,
                gradYStride,
                gradX,
                gradXBytes,
                gradXStride,
                parts,
                partsBytes);
        double[] scales = new double[PART_ROWS];
        for (int begin = rowBegin; begin < rowEnd; begin += PART_ROWS) {
            int end = Math.min(rowEnd, begin + PART_ROWS);
            long part = Floats.at(partsBytes, (long) (begin / PART_ROWS) * 2 * channels);
            for (int row = begin; row < end; row++) {
                long xRow = Floats.at(xBytes, (long) row * xStride);
                scales[row - begin] = ScalarScaleNorm.scale(aboutMean, channels, epsilon, x, xRow);
            }
            for (int c = 0; c < channels; c++) {
                double weightSum = 0;
                double biasSum = 0;
                for (int row = begin; row < end; row++) {
                    double normal = Floats.get(x, Floats.at(xBytes, (long) row * xStride + c)) * scales[row - begin];
                    double in = Floats.get(gradY, Floats.at(gradYBytes, (long) row * gradYStride + c));
                    weightSum += in * normal;
                    biasSum += in;
                }
                Floats.set(parts, Floats.at(part, c), weightSum);
                Floats.set(parts, Floats.at(part, (long) channels + c), biasSum);
            }
            for (int row = begin; row < end; row++) {
                inputGradient(
                        channels,
                        scales[row - begin],
                        weight,
                        weightBytes,
                        x,
                        Floats.at(xBytes, (long) row * xStride),
                        gradY,
                        Floats.at(gradYBytes, (long) row * gradYStride),
                        gradX,
                        Floats.at(gradXBytes, (long) row * gradXStride));
            }
        }
    }

    private void inputGradient(
            int channels,
            double scale,
            MemorySegment weight,
            long weightBytes,
            MemorySegment x,
            long xRow,
            MemorySegment gradY,
            long gradYRow,
            MemorySegment gradX,
            long gradXRow) {
        double centre = aboutMean ? ScalarLayerNorm.mean(channels, x, xRow) : 0;
        double normalSum = 0;
        for (int c = 0; c < channels; c++) {
            double g = Floats.get(gradY, Floats.at(gradYRow, c)) * Floats.get(weight, Floats.at(weightBytes, c));
            normalSum += g * Floats.get(x, Floats.at(xRow, c)) * scale;
        }
        double share = normalSum / (aboutMean ? channels - 1 : channels);
        for (int c = 0; c < channels; c++) {
            double g = Floats.get(gradY, Floats.at(gradYRow, c)) * Floats.get(weight, Floats.at(weightBytes, c));
            double normal = (Floats.get(x, Floats.at(xRow, c)) - centre) * scale;
            Floats.set(gradX, Floats.at(gradXRow, c), (g - normal * share) * scale);
        }
    }
}

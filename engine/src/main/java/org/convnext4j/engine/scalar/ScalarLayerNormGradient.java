package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.LayerNormGradient;

/**
 * The gradients of layer normalisation in double, one column of a part after the other. Stateless; two small arrays per
 * call keep what its rows need.
 */
public final class ScalarLayerNormGradient implements LayerNormGradient {
    /** Makes the kernel. */
    public ScalarLayerNormGradient() {}

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
        double[] means = new double[PART_ROWS];
        double[] scales = new double[PART_ROWS];
        for (int begin = rowBegin; begin < rowEnd; begin += PART_ROWS) {
            int end = Math.min(rowEnd, begin + PART_ROWS);
            long part = Floats.at(partsBytes, (long) (begin / PART_ROWS) * 2 * channels);
            for (int row = begin; row < end; row++) {
                long xRow = Floats.at(xBytes, (long) row * xStride);
                double mean = ScalarLayerNorm.mean(channels, x, xRow);
                means[row - begin] = mean;
                scales[row - begin] = 1 / Math.sqrt(ScalarLayerNorm.variance(channels, x, xRow, mean) + epsilon);
            }
            for (int c = 0; c < channels; c++) {
                double weightSum = 0;
                double biasSum = 0;
                for (int row = begin; row < end; row++) {
                    double normal = (Floats.get(x, Floats.at(xBytes, (long) row * xStride + c)) - means[row - begin])
                            * scales[row - begin];
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
                        means[row - begin],
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

    private static void inputGradient(
            int channels,
            double mean,
            double scale,
            MemorySegment weight,
            long weightBytes,
            MemorySegment x,
            long xRow,
            MemorySegment gradY,
            long gradYRow,
            MemorySegment gradX,
            long gradXRow) {
        double sum = 0;
        double normalSum = 0;
        for (int c = 0; c < channels; c++) {
            double g = Floats.get(gradY, Floats.at(gradYRow, c)) * Floats.get(weight, Floats.at(weightBytes, c));
            sum += g;
            normalSum += g * (Floats.get(x, Floats.at(xRow, c)) - mean) * scale;
        }
        for (int c = 0; c < channels; c++) {
            double g = Floats.get(gradY, Floats.at(gradYRow, c)) * Floats.get(weight, Floats.at(weightBytes, c));
            double normal = (Floats.get(x, Floats.at(xRow, c)) - mean) * scale;
            Floats.set(gradX, Floats.at(gradXRow, c), (g - sum / channels - normal * normalSum / channels) * scale);
        }
    }
}

package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.BatchNorm;
import org.convnext4j.engine.kernel.gradient.BatchNormGradient;

/** The gradients of batch normalisation channel by channel, in double. Stateless. */
public final class ScalarBatchNormGradient implements BatchNormGradient {
    /** Makes the kernel. */
    public ScalarBatchNormGradient() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void partSums(
            int rowBegin,
            int rowEnd,
            int channels,
            MemorySegment mean,
            long meanBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment parts,
            long partsBytes) {
        BatchNormGradient.checkPartSums(
                rowBegin,
                rowEnd,
                channels,
                mean,
                meanBytes,
                x,
                xBytes,
                xStride,
                gradY,
                gradYBytes,
                gradYStride,
                parts,
                partsBytes);
        for (int begin = rowBegin; begin < rowEnd; begin += BatchNorm.PART_ROWS) {
            int end = Math.min(begin + BatchNorm.PART_ROWS, rowEnd);
            long to = Floats.at(partsBytes, begin / BatchNorm.PART_ROWS * 2L * channels);
            for (int c = 0; c < channels; c++) {
                double products = 0;
                double sum = 0;
                for (int row = begin; row < end; row++) {
                    double g = Floats.get(gradY, Floats.at(gradYBytes, (long) row * gradYStride + c));
                    double in = Floats.get(x, Floats.at(xBytes, (long) row * xStride + c));
                    products += g * (in - Floats.get(mean, Floats.at(meanBytes, c)));
                    sum += g;
                }
                Floats.set(parts, Floats.at(to, c), products);
                Floats.set(parts, Floats.at(to, channels + (long) c), sum);
            }
        }
    }

    @Override
    public void inputGradient(
            int rows,
            int channels,
            MemorySegment coefficients,
            long coefficientsBytes,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment gradX,
            long gradXBytes,
            int gradXStride) {
        BatchNormGradient.checkInputGradient(
                rows,
                channels,
                coefficients,
                coefficientsBytes,
                x,
                xBytes,
                xStride,
                gradY,
                gradYBytes,
                gradYStride,
                gradX,
                gradXBytes,
                gradXStride);
        for (int channel = 0; channel < channels; channel++) {
            double a = Floats.get(coefficients, Floats.at(coefficientsBytes, channel));
            double mean = Floats.get(coefficients, Floats.at(coefficientsBytes, channels + (long) channel));
            double b = Floats.get(coefficients, Floats.at(coefficientsBytes, 2L * channels + channel));
            double c = Floats.get(coefficients, Floats.at(coefficientsBytes, 3L * channels + channel));
            for (int row = 0; row < rows; row++) {
                double g = Floats.get(gradY, Floats.at(gradYBytes, (long) row * gradYStride + channel));
                double in = Floats.get(x, Floats.at(xBytes, (long) row * xStride + channel));
                long to = Floats.at(gradXBytes, (long) row * gradXStride + channel);
                Floats.set(gradX, to, a * g + (b * (in - mean) + c));
            }
        }
    }
}

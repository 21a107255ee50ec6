package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.gradient.ResponseNormGradient;

/** The gradients of global response normalisation with every sum in double. Stateless. */
public final class ScalarResponseNormGradient implements ResponseNormGradient {
    /** Makes the kernel. */
    public ScalarResponseNormGradient() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void partSums(
            int pixels,
            int channels,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment gradY,
            long gradYBytes,
            int gradYStride,
            MemorySegment sums,
            long sumsBytes) {
        ResponseNormGradient.checkPartSums(
                pixels, channels, x, xBytes, xStride, gradY, gradYBytes, gradYStride, sums, sumsBytes);
        for (int c = 0; c < channels; c++) {
            double squares = 0;
            double products = 0;
            double gradients = 0;
            for (int p = 0; p < pixels; p++) {
                double in = Floats.get(x, Floats.at(xBytes, (long) p * xStride + c));
                double g = Floats.get(gradY, Floats.at(gradYBytes, (long) p * gradYStride + c));
                squares += in * in;
                products += g * in;
                gradients += g;
            }
            Floats.set(sums, Floats.at(sumsBytes, c), squares);
            Floats.set(sums, Floats.at(sumsBytes, (long) channels + c), products);
            Floats.set(sums, Floats.at(sumsBytes, 2L * channels + c), gradients);
        }
    }

    @Override
    public void coefficients(
            int parts,
            int channels,
            float epsilon,
            MemorySegment sums,
            long sumsBytes,
            MemorySegment gamma,
            long gammaBytes,
            MemorySegment coefficients,
            long coefficientsBytes,
            MemorySegment parameters,
            long parametersBytes) {
        ResponseNormGradient.checkCoefficients(
                parts,
                channels,
                sums,
                sumsBytes,
                gamma,
                gammaBytes,
                coefficients,
                coefficientsBytes,
                parameters,
                parametersBytes);
        double[] responses = new double[channels];
        double[] products = new double[channels];
        double total = 0;
        double weighted = 0;
        for (int c = 0; c < channels; c++) {
            responses[c] = Math.sqrt(sum(parts, channels, sums, sumsBytes, c));
            products[c] = sum(parts, channels, sums, sumsBytes, (long) channels + c);
            total += responses[c];
            weighted += Floats.get(gamma, Floats.at(gammaBytes, c)) * products[c] * responses[c];
        }
        double divisor = total / channels + epsilon;
        double mean = weighted / divisor / channels;
        for (int c = 0; c < channels; c++) {
            double weight = Floats.get(gamma, Floats.at(gammaBytes, c));
            double normal = responses[c] / divisor;
            double b = responses[c] == 0 ? 0 : (weight * products[c] - mean) / (divisor * responses[c]);
            Floats.set(coefficients, Floats.at(coefficientsBytes, c), weight * normal + 1);
            Floats.set(coefficients, Floats.at(coefficientsBytes, (long) channels + c), b);
            Floats.set(parameters, Floats.at(parametersBytes, c), normal * products[c]);
            double beta = sum(parts, channels, sums, sumsBytes, 2L * channels + c);
            Floats.set(parameters, Floats.at(parametersBytes, (long) channels + c), beta);
        }
    }

    /** Of one column of the parts. */
    private static double sum(int parts, int channels, MemorySegment sums, long sumsBytes, long column) {
        double sum = 0;
        for (int part = 0; part < parts; part++) {
            sum += Floats.get(sums, Floats.at(sumsBytes, (long) part * SUMS * channels + column));
        }
        return sum;
    }

    @Override
    public void inputGradient(
            int pixels,
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
        ResponseNormGradient.checkInputGradient(
                pixels,
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
        for (int p = 0; p < pixels; p++) {
            for (int c = 0; c < channels; c++) {
                double a = Floats.get(coefficients, Floats.at(coefficientsBytes, c));
                double b = Floats.get(coefficients, Floats.at(coefficientsBytes, (long) channels + c));
                double in = Floats.get(x, Floats.at(xBytes, (long) p * xStride + c));
                double g = Floats.get(gradY, Floats.at(gradYBytes, (long) p * gradYStride + c));
                Floats.set(gradX, Floats.at(gradXBytes, (long) p * gradXStride + c), a * g + b * in);
            }
        }
    }
}

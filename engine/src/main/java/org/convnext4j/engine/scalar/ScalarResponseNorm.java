package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.ResponseNorm;

/** Global response normalisation with every sum in double. Stateless. */
public final class ScalarResponseNorm implements ResponseNorm {
    /** Makes the kernel. */
    public ScalarResponseNorm() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void sumSquares(
            int pixels, int channels, MemorySegment x, long xBytes, int xStride, MemorySegment sums, long sumsBytes) {
        ResponseNorm.checkSumSquares(pixels, channels, x, xBytes, xStride, sums, sumsBytes);
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            for (int p = 0; p < pixels; p++) {
                double in = Floats.get(x, Floats.at(xBytes, (long) p * xStride + c));
                sum += in * in;
            }
            Floats.set(sums, Floats.at(sumsBytes, c), sum);
        }
    }

    @Override
    public void factors(
            int parts,
            int channels,
            float epsilon,
            MemorySegment sums,
            long sumsBytes,
            MemorySegment gamma,
            MemorySegment factors,
            long factorsBytes) {
        ResponseNorm.checkFactors(parts, channels, sums, sumsBytes, gamma, factors, factorsBytes);
        double total = 0;
        for (int c = 0; c < channels; c++) {
            total += response(parts, channels, sums, sumsBytes, c);
        }
        double divisor = total / channels + epsilon;
        for (int c = 0; c < channels; c++) {
            double response = response(parts, channels, sums, sumsBytes, c) / divisor;
            Floats.set(factors, Floats.at(factorsBytes, c), Floats.get(gamma, Floats.at(0, c)) * response + 1);
        }
    }

    /** G[c]. */
    private static double response(int parts, int channels, MemorySegment sums, long sumsBytes, int c) {
        double sum = 0;
        for (int part = 0; part < parts; part++) {
            sum += Floats.get(sums, Floats.at(sumsBytes, (long) part * channels + c));
        }
        return Math.sqrt(sum);
    }

    @Override
    public void apply(
            int pixels,
            int channels,
            MemorySegment factors,
            long factorsBytes,
            MemorySegment beta,
            MemorySegment x,
            long xBytes,
            int xStride) {
        ResponseNorm.checkApply(pixels, channels, factors, factorsBytes, beta, x, xBytes, xStride);
        for (int p = 0; p < pixels; p++) {
            for (int c = 0; c < channels; c++) {
                long at = Floats.at(xBytes, (long) p * xStride + c);
                double scaled = Floats.get(x, at) * Floats.get(factors, Floats.at(factorsBytes, c));
                Floats.set(x, at, scaled + Floats.get(beta, Floats.at(0, c)));
            }
        }
    }
}

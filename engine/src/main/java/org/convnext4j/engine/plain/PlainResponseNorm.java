package org.convnext4j.engine.plain;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.convnext4j.engine.kernel.ResponseNorm;

/** Global response normalisation by loops over a row on the heap. */
public final class PlainResponseNorm implements ResponseNorm {
    @Override
    public String name() {
        return "plain";
    }

    @Override
    public void sumSquares(
            int pixels, int channels, MemorySegment x, long xBytes, int xStride, MemorySegment sums, long sumsBytes) {
        ResponseNorm.checkSumSquares(pixels, channels, x, xBytes, xStride, sums, sumsBytes);
        float[] row = Rows.take(0, channels);
        float[] totals = Rows.take(1, channels);
        Arrays.fill(totals, 0, channels, 0);
        for (int p = 0; p < pixels; p++) {
            Rows.read(x, xBytes + (long) p * xStride * Float.BYTES, row, channels);
            for (int c = 0; c < channels; c++) {
                totals[c] += row[c] * row[c];
            }
        }
        Rows.write(totals, channels, sums, sumsBytes);
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
        float[] row = Rows.take(0, channels);
        float[] responses = Rows.take(1, channels);
        Arrays.fill(responses, 0, channels, 0);
        for (int part = 0; part < parts; part++) {
            Rows.read(sums, sumsBytes + (long) part * channels * Float.BYTES, row, channels);
            for (int c = 0; c < channels; c++) {
                responses[c] += row[c];
            }
        }
        double total = 0;
        for (int c = 0; c < channels; c++) {
            responses[c] = (float) Math.sqrt(responses[c]);
            total += responses[c];
        }
        float scale = (float) (1 / (total / channels + epsilon));
        Rows.read(gamma, 0, row, channels);
        for (int c = 0; c < channels; c++) {
            responses[c] = row[c] * (responses[c] * scale) + 1;
        }
        Rows.write(responses, channels, factors, factorsBytes);
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
        float[] row = Rows.take(0, channels);
        float[] scales = Rows.take(1, channels);
        float[] shifts = Rows.take(2, channels);
        Rows.read(factors, factorsBytes, scales, channels);
        Rows.read(beta, 0, shifts, channels);
        for (int p = 0; p < pixels; p++) {
            long at = xBytes + (long) p * xStride * Float.BYTES;
            Rows.read(x, at, row, channels);
            for (int c = 0; c < channels; c++) {
                row[c] = row[c] * scales[c] + shifts[c];
            }
            Rows.write(row, channels, x, at);
        }
    }
}

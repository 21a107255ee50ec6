package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.ResponseNorm;

/**
 * Global response normalisation. The sums go down the columns, four vectors of them at a time, so that whole cache lines
 * are read side by side and four additions are under way; the rest goes along the channels.
 */
final class VectorResponseNorm implements ResponseNorm {
    private static final int WIDE = 4;

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void sumSquares(
            int pixels, int channels, MemorySegment x, long xBytes, int xStride, MemorySegment sums, long sumsBytes) {
        ResponseNorm.checkSumSquares(pixels, channels, x, xBytes, xStride, sums, sumsBytes);
        long from = Memory.address(x, xBytes, Memory.span(pixels, xStride, channels));
        long to = Memory.writable(sums, sumsBytes, channels);
        long rowBytes = (long) xStride * Float.BYTES;
        int channel = 0;
        for (; channel + WIDE * LANES <= channels; channel += WIDE * LANES) {
            long at = (long) channel * Float.BYTES;
            wideSquares(pixels, from + at, rowBytes, to + at);
        }
        for (; channel < channels; channel += LANES) {
            long at = (long) channel * Float.BYTES;
            narrowSquares(Math.min(LANES, channels - channel), pixels, from + at, rowBytes, to + at);
        }
    }

    private static void wideSquares(int pixels, long x, long rowBytes, long y) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int pixel = 0; pixel < pixels; pixel++) {
            long at = x + pixel * rowBytes;
            FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN);
            FloatVector x1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x2 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 2 * Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector x3 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at + 3 * Lanes.BYTES, LITTLE_ENDIAN);
            s0 = x0.fma(x0, s0);
            s1 = x1.fma(x1, s1);
            s2 = x2.fma(x2, s2);
            s3 = x3.fma(x3, s3);
        }
        s0.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN);
        s1.intoMemorySegment(Memory.ALL, y + Lanes.BYTES, LITTLE_ENDIAN);
        s2.intoMemorySegment(Memory.ALL, y + 2 * Lanes.BYTES, LITTLE_ENDIAN);
        s3.intoMemorySegment(Memory.ALL, y + 3 * Lanes.BYTES, LITTLE_ENDIAN);
    }

    /** The first {@code used} lanes of one vector. */
    private static void narrowSquares(int used, int pixels, long x, long rowBytes, long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int pixel = 0; pixel < pixels; pixel++) {
            FloatVector in =
                    FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + pixel * rowBytes, LITTLE_ENDIAN, mask);
            sum = in.fma(in, sum);
        }
        sum.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
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
        long from = Memory.address(sums, sumsBytes, (long) parts * channels);
        long gammas = Memory.address(gamma, 0, channels);
        long to = Memory.writable(factors, factorsBytes, channels);
        for (int channel = 0; channel < channels; channel += LANES) {
            long at = (long) channel * Float.BYTES;
            roots(Math.min(LANES, channels - channel), parts, from + at, (long) channels * Float.BYTES, to + at);
        }
        float scale =
                (float) (1 / ((double) VectorLayerNorm.sum(channels, to, Scratch.address()) / channels + epsilon));
        for (int channel = 0; channel < channels; channel += LANES) {
            long at = (long) channel * Float.BYTES;
            scaled(Math.min(LANES, channels - channel), scale, gammas + at, to + at);
        }
    }

    /** The roots of the sums over the parts. */
    private static void roots(int used, int parts, long sums, long rowBytes, long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int part = 0; part < parts; part++) {
            sum = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + part * rowBytes, LITTLE_ENDIAN, mask)
                    .add(sum);
        }
        sum.sqrt().intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
    }

    /** {@code y = gamma (scale y) + 1}. */
    private static void scaled(int used, float scale, long gamma, long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y, LITTLE_ENDIAN, mask)
                .mul(scale)
                .fma(
                        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gamma, LITTLE_ENDIAN, mask),
                        FloatVector.broadcast(SPECIES, 1f))
                .intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
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
        long scales = Memory.address(factors, factorsBytes, channels);
        long shifts = Memory.address(beta, 0, channels);
        long in = Memory.writable(x, xBytes, Memory.span(pixels, xStride, channels));
        for (int pixel = 0; pixel < pixels; pixel++) {
            row(channels, scales, shifts, in + (long) pixel * xStride * Float.BYTES);
        }
    }

    private static void row(int channels, long scales, long shifts, long x) {
        int whole = Lanes.wholeVectors(channels);
        for (int c = 0; c < whole; c += LANES) {
            long at = (long) c * Float.BYTES;
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + at, LITTLE_ENDIAN)
                    .fma(
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, scales + at, LITTLE_ENDIAN),
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, shifts + at, LITTLE_ENDIAN))
                    .intoMemorySegment(Memory.ALL, x + at, LITTLE_ENDIAN);
        }
        if (whole < channels) {
            long at = (long) whole * Float.BYTES;
            rowEnd(channels - whole, scales + at, shifts + at, x + at);
        }
    }

    private static void rowEnd(int used, long scales, long shifts, long x) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x, LITTLE_ENDIAN, mask)
                .fma(
                        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, scales, LITTLE_ENDIAN, mask),
                        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, shifts, LITTLE_ENDIAN, mask))
                .intoMemorySegment(Memory.ALL, x, LITTLE_ENDIAN, mask);
    }
}

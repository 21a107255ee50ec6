package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.convnext4j.engine.kernel.gradient.ResponseNormGradient;

/**
 * The gradients of global response normalisation. The sums go down the columns, two vectors of them at a time with three
 * sums each, so that six additions are under way; the input gradient goes along the channels.
 */
final class VectorResponseNormGradient implements ResponseNormGradient {
    private static final int WIDE = 2;

    @Override
    public String name() {
        return "vector";
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
        long in = Memory.address(x, xBytes, Memory.span(pixels, xStride, channels));
        long from = Memory.address(gradY, gradYBytes, Memory.span(pixels, gradYStride, channels));
        long to = Memory.writable(sums, sumsBytes, (long) SUMS * channels);
        long xRow = (long) xStride * Float.BYTES;
        long gradYRow = (long) gradYStride * Float.BYTES;
        long sumBytes = (long) channels * Float.BYTES;
        int channel = 0;
        for (; channel + WIDE * LANES <= channels; channel += WIDE * LANES) {
            long at = (long) channel * Float.BYTES;
            wideSums(pixels, in + at, xRow, from + at, gradYRow, to + at, sumBytes);
        }
        for (; channel < channels; channel += LANES) {
            long at = (long) channel * Float.BYTES;
            int used = Math.min(LANES, channels - channel);
            narrowSums(used, pixels, in + at, xRow, from + at, gradYRow, to + at, sumBytes);
        }
    }

    private static void wideSums(int pixels, long x, long xRow, long gradY, long gradYRow, long sums, long sumBytes) {
        FloatVector squares0 = FloatVector.zero(SPECIES);
        FloatVector squares1 = squares0;
        FloatVector products0 = squares0;
        FloatVector products1 = squares0;
        FloatVector gradients0 = squares0;
        FloatVector gradients1 = squares0;
        for (int pixel = 0; pixel < pixels; pixel++) {
            long in = Memory.at(x + pixel * xRow);
            long from = Memory.at(gradY + pixel * gradYRow);
            FloatVector x0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, in, LITTLE_ENDIAN);
            FloatVector x1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, in + Lanes.BYTES, LITTLE_ENDIAN);
            FloatVector g0 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from, LITTLE_ENDIAN);
            FloatVector g1 = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + Lanes.BYTES, LITTLE_ENDIAN);
            squares0 = x0.fma(x0, squares0);
            squares1 = x1.fma(x1, squares1);
            products0 = x0.fma(g0, products0);
            products1 = x1.fma(g1, products1);
            gradients0 = g0.add(gradients0);
            gradients1 = g1.add(gradients1);
        }
        squares0.intoMemorySegment(Memory.ALL, sums, LITTLE_ENDIAN);
        squares1.intoMemorySegment(Memory.ALL, sums + Lanes.BYTES, LITTLE_ENDIAN);
        products0.intoMemorySegment(Memory.ALL, sums + sumBytes, LITTLE_ENDIAN);
        products1.intoMemorySegment(Memory.ALL, sums + sumBytes + Lanes.BYTES, LITTLE_ENDIAN);
        gradients0.intoMemorySegment(Memory.ALL, sums + 2 * sumBytes, LITTLE_ENDIAN);
        gradients1.intoMemorySegment(Memory.ALL, sums + 2 * sumBytes + Lanes.BYTES, LITTLE_ENDIAN);
    }

    /** The first {@code used} lanes of one vector. */
    private static void narrowSums(
            int used, int pixels, long x, long xRow, long gradY, long gradYRow, long sums, long sumBytes) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector squares = FloatVector.zero(SPECIES);
        FloatVector products = squares;
        FloatVector gradients = squares;
        for (int pixel = 0; pixel < pixels; pixel++) {
            FloatVector in = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x + pixel * xRow, LITTLE_ENDIAN, mask);
            FloatVector g =
                    FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY + pixel * gradYRow, LITTLE_ENDIAN, mask);
            squares = in.fma(in, squares);
            products = in.fma(g, products);
            gradients = g.add(gradients);
        }
        squares.intoMemorySegment(Memory.ALL, sums, LITTLE_ENDIAN, mask);
        products.intoMemorySegment(Memory.ALL, sums + sumBytes, LITTLE_ENDIAN, mask);
        gradients.intoMemorySegment(Memory.ALL, sums + 2 * sumBytes, LITTLE_ENDIAN, mask);
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
        long from = Memory.address(sums, sumsBytes, (long) parts * SUMS * channels);
        long weights = Memory.address(gamma, gammaBytes, channels);
        // G lies where a will, D where the gradient of gamma will.
        long responses = Memory.writable(coefficients, coefficientsBytes, 2L * channels);
        long products = Memory.writable(parameters, parametersBytes, 2L * channels);
        long rowBytes = (long) channels * Float.BYTES;
        for (int channel = 0; channel < channels; channel += LANES) {
            long at = (long) channel * Float.BYTES;
            int used = Math.min(LANES, channels - channel);
            total(used, parts, from + at, SUMS * rowBytes, responses + at);
            total(used, parts, from + rowBytes + at, SUMS * rowBytes, products + at);
            total(used, parts, from + 2 * rowBytes + at, SUMS * rowBytes, products + rowBytes + at);
            root(used, responses + at);
        }
        double divisor = (double) VectorLayerNorm.sum(channels, responses, Scratch.address()) / channels + epsilon;
        double mean = weighted(channels, weights, products, responses) / divisor / channels;
        for (int channel = 0; channel < channels; channel += LANES) {
            long at = (long) channel * Float.BYTES;
            int used = Math.min(LANES, channels - channel);
            factors(
                    used,
                    (float) (1 / divisor),
                    (float) mean,
                    weights + at,
                    responses + at,
                    responses + rowBytes + at,
                    products + at);
        }
    }

    /** The sum over the parts. */
    private static void total(int used, int parts, long sums, long partBytes, long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int part = 0; part < parts; part++) {
            sum = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, sums + part * partBytes, LITTLE_ENDIAN, mask)
                    .add(sum);
        }
        sum.intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
    }

    private static void root(int used, long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, y, LITTLE_ENDIAN, mask)
                .sqrt()
                .intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
    }

    /** The sum of gamma D G, in double: there is one a picture, and what is taken off it may be as large. */
    private static double weighted(int channels, long gamma, long products, long responses) {
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            long at = (long) c * Float.BYTES;
            sum += (double) Memory.ALL.get(Lanes.FLOAT, gamma + at)
                    * Memory.ALL.get(Lanes.FLOAT, products + at)
                    * Memory.ALL.get(Lanes.FLOAT, responses + at);
        }
        return sum;
    }

    /** From G, D and gamma to a, b and the gradient of gamma; a takes the place of G, the last that of D. */
    private static void factors(int used, float scale, float mean, long gamma, long a, long b, long gradGamma) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector weight = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gamma, LITTLE_ENDIAN, mask);
        FloatVector response = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, a, LITTLE_ENDIAN, mask);
        FloatVector product = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradGamma, LITTLE_ENDIAN, mask);
        FloatVector normal = response.mul(scale);
        normal.mul(product).intoMemorySegment(Memory.ALL, gradGamma, LITTLE_ENDIAN, mask);
        weight.fma(product, FloatVector.broadcast(SPECIES, -mean))
                .mul(scale)
                .div(response)
                .blend(0f, response.compare(VectorOperators.EQ, 0f))
                .intoMemorySegment(Memory.ALL, b, LITTLE_ENDIAN, mask);
        normal.fma(weight, FloatVector.broadcast(SPECIES, 1f)).intoMemorySegment(Memory.ALL, a, LITTLE_ENDIAN, mask);
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
        long a = Memory.address(coefficients, coefficientsBytes, 2L * channels);
        long b = a + (long) channels * Float.BYTES;
        long in = Memory.address(x, xBytes, Memory.span(pixels, xStride, channels));
        long from = Memory.address(gradY, gradYBytes, Memory.span(pixels, gradYStride, channels));
        long to = Memory.writable(gradX, gradXBytes, Memory.span(pixels, gradXStride, channels));
        int whole = Lanes.wholeVectors(channels);
        long end = (long) whole * Float.BYTES;
        for (int pixel = 0; pixel < pixels; pixel++) {
            long xRow = in + (long) pixel * xStride * Float.BYTES;
            long gradYRow = from + (long) pixel * gradYStride * Float.BYTES;
            long gradXRow = to + (long) pixel * gradXStride * Float.BYTES;
            row(whole, a, b, xRow, gradYRow, gradXRow);
            if (whole < channels) {
                rowEnd(channels - whole, a + end, b + end, xRow + end, gradYRow + end, gradXRow + end);
            }
        }
    }

    private static void row(int whole, long a, long b, long x, long gradY, long gradX) {
        long as = Memory.at(a);
        long bs = Memory.at(b);
        long in = Memory.at(x);
        long from = Memory.at(gradY);
        long to = Memory.at(gradX);
        for (int c = 0; c < whole; c += LANES) {
            long at = Memory.offset(c);
            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, from + at, LITTLE_ENDIAN)
                    .fma(
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, as + at, LITTLE_ENDIAN),
                            FloatVector.fromMemorySegment(SPECIES, Memory.ALL, in + at, LITTLE_ENDIAN)
                                    .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, bs + at, LITTLE_ENDIAN)))
                    .intoMemorySegment(Memory.ALL, to + at, LITTLE_ENDIAN);
        }
    }

    private static void rowEnd(int used, long a, long b, long x, long gradY, long gradX) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, gradY, LITTLE_ENDIAN, mask)
                .fma(
                        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, a, LITTLE_ENDIAN, mask),
                        FloatVector.fromMemorySegment(SPECIES, Memory.ALL, x, LITTLE_ENDIAN, mask)
                                .mul(FloatVector.fromMemorySegment(SPECIES, Memory.ALL, b, LITTLE_ENDIAN, mask)))
                .intoMemorySegment(Memory.ALL, gradX, LITTLE_ENDIAN, mask);
    }
}

package org.convnext4j.engine.vector;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;

/**
 * The gradients of the two norms that scale without centring, by the loops of {@link VectorLayerNormGradient}: a normalised
 * value is that of a mean of 0, and the input gradient has no mean of g to take off. The kinds differ in the row's scale, the
 * centre of the last term and the divisor before it, each in a loop of its own over the rows, as {@link VectorSimpleNorm} is
 * a class apart from {@link VectorRmsNorm}.
 */
final class VectorScaleNormGradient implements ChannelNormGradient {
    private final boolean aboutMean;

    /** {@link NormKind#SIMPLE} or {@link NormKind#RMS}. */
    VectorScaleNormGradient(NormKind kind) {
        if (kind == NormKind.LAYER) {
            throw new IllegalArgumentException("the layer norm centres; take VectorLayerNormGradient");
        }
        this.aboutMean = kind == NormKind.SIMPLE;
    }

    @Override
    public String name() {
        return "vector";
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
        int rows = rowEnd - rowBegin;
        long partBytes = 2L * channels * Float.BYTES;
        long xRow = (long) xStride * Float.BYTES;
        long gradYRow = (long) gradYStride * Float.BYTES;
        long gradXRow = (long) gradXStride * Float.BYTES;
        long weights = Memory.address(weight, weightBytes, channels);
        long in = Memory.address(x, xBytes + rowBegin * xRow, Memory.span(rows, xStride, channels));
        long from = Memory.address(gradY, gradYBytes + rowBegin * gradYRow, Memory.span(rows, gradYStride, channels));
        long to = Memory.writable(gradX, gradXBytes + rowBegin * gradXRow, Memory.span(rows, gradXStride, channels));
        long part = Memory.writable(
                parts, partsBytes + rowBegin / PART_ROWS * partBytes, 2L * channels * ChannelNormGradient.parts(rows));
        for (int begin = 0; begin < rows; begin += PART_ROWS) {
            int count = Math.min(PART_ROWS, rows - begin);
            long sums = part + begin / PART_ROWS * partBytes;
            long partX = in + begin * xRow;
            long partGradY = from + begin * gradYRow;
            long partGradX = to + begin * gradXRow;
            Memory.zero(sums, 2 * channels);
            if (aboutMean) {
                simple(count, channels, epsilon, weights, partX, xRow, partGradY, gradYRow, partGradX, gradXRow, sums);
            } else {
                rms(count, channels, epsilon, weights, partX, xRow, partGradY, gradYRow, partGradX, gradXRow, sums);
            }
        }
    }

    private static void simple(
            int rows,
            int channels,
            float epsilon,
            long weight,
            long x,
            long xRow,
            long gradY,
            long gradYRow,
            long gradX,
            long gradXRow,
            long part) {
        long lanes = Scratch.address();
        for (int i = 0; i < rows; i++) {
            long in = x + i * xRow;
            long from = gradY + i * gradYRow;
            long to = gradX + i * gradXRow;
            float mean = VectorLayerNorm.sum(channels, in, lanes) / channels;
            float squares = VectorLayerNorm.squares(channels, mean, in, lanes);
            if (WideLayerNorm.isNeeded(channels, mean, squares, epsilon)) {
                WideLayerNorm.scaleGradient(true, channels, epsilon, weight, in, from, to, part);
            } else {
                float scale = VectorLayerNorm.scale(squares, channels - 1, epsilon);
                row(channels, mean, scale, channels - 1, weight, in, from, to, part, lanes);
            }
        }
    }

    private static void rms(
            int rows,
            int channels,
            float epsilon,
            long weight,
            long x,
            long xRow,
            long gradY,
            long gradYRow,
            long gradX,
            long gradXRow,
            long part) {
        long lanes = Scratch.address();
        for (int i = 0; i < rows; i++) {
            long in = x + i * xRow;
            long from = gradY + i * gradYRow;
            long to = gradX + i * gradXRow;
            float squares = VectorLayerNorm.squares(channels, 0, in, lanes);
            if (WideLayerNorm.isNeeded(channels, 0, squares, epsilon)) {
                WideLayerNorm.scaleGradient(false, channels, epsilon, weight, in, from, to, part);
            } else {
                float scale = VectorLayerNorm.scale(squares, channels, epsilon);
                row(channels, 0, scale, channels, weight, in, from, to, part, lanes);
            }
        }
    }

    private static void row(
            int channels,
            float centre,
            float scale,
            int divisor,
            long weight,
            long x,
            long gradY,
            long gradX,
            long part,
            long lanes) {
        int whole = Lanes.wholeVectors(channels);
        int left = channels - whole;
        long at = (long) whole * Float.BYTES;
        long biasPart = part + (long) channels * Float.BYTES;
        VectorLayerNormGradient.addToPart(whole, 0, scale, x, gradY, part, biasPart);
        float sum = VectorLayerNormGradient.normalSum(whole, 0, scale, weight, x, gradY, lanes);
        if (left > 0) {
            VectorLayerNormGradient.addTailToPart(left, 0, scale, x + at, gradY + at, part + at, biasPart + at);
            sum += VectorLayerNormGradient.normalTail(left, 0, scale, weight + at, x + at, gradY + at);
        }
        float share = sum / divisor;
        VectorLayerNormGradient.result(whole, centre, scale, 0, share, weight, x, gradY, gradX);
        if (left > 0) {
            VectorLayerNormGradient.resultTail(
                    left, centre, scale, 0, share, weight + at, x + at, gradY + at, gradX + at);
        }
    }
}

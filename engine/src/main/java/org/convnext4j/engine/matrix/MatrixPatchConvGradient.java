package org.convnext4j.engine.matrix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.kernel.Patches;
import org.convnext4j.engine.kernel.gradient.PatchConvGradient;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The gradients as two matrix products on gathered patches: {@code gradPatches = gradY W} and
 * {@code gradW = gradY^T patches}, with W as (N, P P C).
 */
public final class MatrixPatchConvGradient implements PatchConvGradient {
    private final MatrixProduct product;

    /** Over any matrix product. */
    public MatrixPatchConvGradient(MatrixProduct product) {
        this.product = product;
    }

    @Override
    public String name() {
        return product.name();
    }

    @Override
    public Filters pack(Arena arena, Tensor weight) {
        KernelChecks.requireShape("weight", weight, -1, -1, -1, -1);
        int outputs = weight.dim(0);
        int channels = weight.dim(1);
        int patch = weight.dim(2);
        KernelChecks.requireShape("weight", weight, outputs, channels, patch, patch);
        return new ChannelsLast(product, Patches.channelsLast(arena, weight).data(), patch, channels, outputs);
    }

    @Override
    public long scratchFloats(int pixels, int channels, int patch, int outputs) {
        int inputs = patch * patch * channels;
        return resultFloats(outputs, inputs) + product.scratchFloats(outputs, inputs, pixels);
    }

    /** The result's place in the scratch memory, rounded up so that what follows is on a cache line again. */
    private static long resultFloats(int rows, int columns) {
        long line = Tensor.ALIGNMENT_BYTES / Float.BYTES;
        return ((long) rows * columns + line - 1) / line * line;
    }

    @Override
    public void weightGradient(
            int pixels,
            int channels,
            int patch,
            int outputs,
            int outputBegin,
            int outputEnd,
            MemorySegment patches,
            long patchesBytes,
            MemorySegment gradY,
            long gradYBytes,
            boolean accumulate,
            MemorySegment gradWeight,
            long gradWeightBytes,
            MemorySegment scratch,
            long scratchBytes) {
        checkWeightGradient(
                pixels,
                channels,
                patch,
                outputs,
                outputBegin,
                outputEnd,
                patches,
                patchesBytes,
                gradY,
                gradYBytes,
                gradWeight,
                gradWeightBytes,
                scratch,
                scratchBytes);
        int range = outputEnd - outputBegin;
        int taps = patch * patch;
        int inputs = taps * channels;
        product.multiply(
                range,
                inputs,
                pixels,
                gradY,
                gradYBytes + (long) outputBegin * Float.BYTES,
                outputs,
                true,
                patches,
                patchesBytes,
                inputs,
                false,
                false,
                scratch,
                scratchBytes,
                inputs,
                scratch,
                scratchBytes + resultFloats(range, inputs) * Float.BYTES);
        for (int n = 0; n < range; n++) {
            long from = scratchBytes + (long) n * inputs * Float.BYTES;
            long to = gradWeightBytes + (long) (outputBegin + n) * inputs * Float.BYTES;
            for (int c = 0; c < channels; c++) {
                for (int tap = 0; tap < taps; tap++) {
                    float sum = scratch.get(Tensor.FLOAT, from + ((long) tap * channels + c) * Float.BYTES);
                    long at = to + ((long) c * taps + tap) * Float.BYTES;
                    gradWeight.set(Tensor.FLOAT, at, accumulate ? gradWeight.get(Tensor.FLOAT, at) + sum : sum);
                }
            }
        }
    }

    /**
     * The filters as (N, P P C), the order in which a patch is gathered.
     *
     * @param rows the filters
     */
    private record ChannelsLast(MatrixProduct product, MemorySegment rows, int patch, int channels, int outputs)
            implements Filters {
        private int inputs() {
            return patch * patch * channels;
        }

        @Override
        public long scratchFloats(int width, int rows) {
            int pixels = width / patch * rows;
            return resultFloats(pixels, inputs()) + product.scratchFloats(pixels, inputs(), outputs);
        }

        @Override
        public void inputGradient(
                MemorySegment gradY,
                long gradYBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment gradX,
                long gradXBytes,
                MemorySegment scratch,
                long scratchBytes) {
            checkInputGradient(
                    gradY, gradYBytes, height, width, rowBegin, rowEnd, gradX, gradXBytes, scratch, scratchBytes);
            int pixels = width / patch * (rowEnd - rowBegin);
            product.multiply(
                    pixels,
                    inputs(),
                    outputs,
                    gradY,
                    gradYBytes,
                    outputs,
                    false,
                    rows,
                    0,
                    inputs(),
                    false,
                    false,
                    scratch,
                    scratchBytes,
                    inputs(),
                    scratch,
                    scratchBytes + resultFloats(pixels, inputs()) * Float.BYTES);
            Patches.scatter(patch, channels, scratch, scratchBytes, height, width, rowBegin, rowEnd, gradX, gradXBytes);
        }
    }
}

package org.convnext4j.engine.matrix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.MatrixProduct;
import org.convnext4j.engine.kernel.WindowGather;
import org.convnext4j.engine.kernel.gradient.ConvGradient;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The gradients as products with gathered windows. That of the input is a convolution of gradY
 * ({@link InputConvolutions}); that of the weights is {@code gradY^T windows}, tile by tile, the tiles' products added in
 * order.
 *
 * <p>A part of the weight gradient is one row of the filters of some outputs of one group, so that its windows are one row
 * high and no two parts of the same outputs gather the same floats.
 */
public final class MatrixConvGradient implements ConvGradient {
    /** Outputs of a part are a multiple of this, a cache line of gradY, except for the last. */
    private static final int STEP_OUTPUTS = 16;

    /** The most outputs of a part. */
    private static final int MAX_OUTPUTS = 64;

    private final Gemm gemm;
    private final MatrixProduct product;
    private final WindowGather gather;

    /**
     * Of these parts.
     *
     * @param gemm computes the input gradient's products
     * @param product computes the weight gradient's
     * @param gather copies the windows
     */
    public MatrixConvGradient(Gemm gemm, MatrixProduct product, WindowGather gather) {
        this.gemm = gemm;
        this.product = product;
        this.gather = gather;
    }

    @Override
    public String name() {
        return product.name();
    }

    @Override
    public InputFilters packInput(Arena arena, ConvShape shape, Tensor weight) {
        return InputConvolutions.pack(arena, gemm, gather, shape, weight);
    }

    /** Outputs of a part: half of the group's, within the bounds. */
    private static int partOutputs(ConvShape shape) {
        int half = (shape.groupOutputs() + 1) / 2;
        return Math.min(MAX_OUTPUTS, (half + STEP_OUTPUTS - 1) / STEP_OUTPUTS * STEP_OUTPUTS);
    }

    /** Ranges of outputs in a group. */
    private static int ranges(ConvShape shape) {
        return (shape.groupOutputs() + partOutputs(shape) - 1) / partOutputs(shape);
    }

    @Override
    public int parts(ConvShape shape) {
        return shape.groups() * ranges(shape) * shape.kernel();
    }

    @Override
    public long scratchFloats(ConvShape shape, int images, int height, int width) {
        int outputs = Math.min(partOutputs(shape), shape.groupOutputs());
        int columns = shape.kernel() * shape.groupInputs();
        int outWidth = shape.outputSize(width);
        if (shape.pointwise()) {
            return product.scratchFloats(outputs, columns, images * height * width);
        }
        int pixels = WindowGather.tileRows(columns, outWidth) * outWidth;
        return aligned((long) outputs * columns)
                + aligned(WindowGather.tileFloats(columns, outWidth))
                + product.scratchFloats(outputs, columns, pixels);
    }

    /** Rounded up so that what follows is on a cache line again. */
    private static long aligned(long floats) {
        long line = Tensor.ALIGNMENT_BYTES / Float.BYTES;
        return (floats + line - 1) / line * line;
    }

    @Override
    public void weightGradient(
            ConvShape shape,
            int images,
            int height,
            int width,
            int part,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes,
            boolean accumulate,
            MemorySegment gradWeight,
            long gradWeightBytes,
            MemorySegment scratch,
            long scratchBytes) {
        checkWeightGradient(
                shape,
                images,
                height,
                width,
                part,
                x,
                xBytes,
                gradY,
                gradYBytes,
                gradWeight,
                gradWeightBytes,
                scratch,
                scratchBytes);
        int range = part / shape.kernel() % ranges(shape);
        int group = part / shape.kernel() / ranges(shape);
        int begin = range * partOutputs(shape);
        int outputs = Math.min(partOutputs(shape), shape.groupOutputs() - begin);
        int output = group * shape.groupOutputs() + begin;
        long from = gradYBytes + (long) output * Float.BYTES;
        if (shape.pointwise()) {
            int columns = shape.groupInputs();
            product.multiply(
                    outputs,
                    columns,
                    images * height * width,
                    gradY,
                    from,
                    shape.outputs(),
                    true,
                    x,
                    xBytes + (long) group * columns * Float.BYTES,
                    shape.inputs(),
                    false,
                    accumulate,
                    gradWeight,
                    gradWeightBytes + (long) output * columns * Float.BYTES,
                    columns,
                    scratch,
                    scratchBytes);
            return;
        }
        int ky = part % shape.kernel();
        sums(shape, images, height, width, group, ky, outputs, x, xBytes, gradY, from, scratch, scratchBytes);
        store(shape, output, outputs, ky, scratch, scratchBytes, accumulate, gradWeight, gradWeightBytes);
    }

    /** {@code gradY^T windows} of one row of the filters: (outputs, K C / G) at the beginning of the scratch memory. */
    private void sums(
            ConvShape shape,
            int images,
            int height,
            int width,
            int group,
            int ky,
            int outputs,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes,
            MemorySegment scratch,
            long scratchBytes) {
        int channels = shape.groupInputs();
        int columns = shape.kernel() * channels;
        int outHeight = shape.outputSize(height);
        int outWidth = shape.outputSize(width);
        int rows = images * outHeight;
        int tileRows = WindowGather.tileRows(columns, outWidth);
        long tileBytes = scratchBytes + aligned((long) outputs * columns) * Float.BYTES;
        long productBytes = tileBytes + aligned(WindowGather.tileFloats(columns, outWidth)) * Float.BYTES;
        // At least once, for the sums of no pictures are 0.
        for (int row = 0; row == 0 || row < rows; row += tileRows) {
            int end = Math.min(rows, row + tileRows);
            gather.gather(
                    1,
                    shape.kernel(),
                    shape.stride(),
                    shape.padding() - ky,
                    shape.padding(),
                    shape.inputs(),
                    group * channels,
                    channels,
                    height,
                    width,
                    outHeight,
                    outWidth,
                    row,
                    end,
                    x,
                    xBytes,
                    scratch,
                    tileBytes);
            product.multiply(
                    outputs,
                    columns,
                    (end - row) * outWidth,
                    gradY,
                    gradYBytes + (long) row * outWidth * shape.outputs() * Float.BYTES,
                    shape.outputs(),
                    true,
                    scratch,
                    tileBytes,
                    columns,
                    false,
                    row > 0,
                    scratch,
                    scratchBytes,
                    columns,
                    scratch,
                    productBytes);
        }
    }

    /** (outputs, K, C / G) to row ky of the outputs' (C / G, K, K). */
    private static void store(
            ConvShape shape,
            int output,
            int outputs,
            int ky,
            MemorySegment sums,
            long sumsBytes,
            boolean accumulate,
            MemorySegment gradWeight,
            long gradWeightBytes) {
        int kernel = shape.kernel();
        int channels = shape.groupInputs();
        for (int n = 0; n < outputs; n++) {
            for (int c = 0; c < channels; c++) {
                long from = sumsBytes + ((long) n * kernel * channels + c) * Float.BYTES;
                long to = ((output + (long) n) * channels + c) * kernel + ky;
                for (int kx = 0; kx < kernel; kx++) {
                    float sum = sums.get(Tensor.FLOAT, from + (long) kx * channels * Float.BYTES);
                    long at = gradWeightBytes + (to * kernel + kx) * Float.BYTES;
                    gradWeight.set(Tensor.FLOAT, at, accumulate ? gradWeight.get(Tensor.FLOAT, at) + sum : sum);
                }
            }
        }
    }
}

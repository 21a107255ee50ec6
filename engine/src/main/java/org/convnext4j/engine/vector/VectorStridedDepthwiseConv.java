package org.convnext4j.engine.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Depthwise convolutions of 3x3 to 11x11 with stride by {@link DepthwiseFilters}. ConvNeXt's own, 7x7 without stride, is
 * {@link VectorDepthwiseConv}'s, which reads the map where it lies.
 */
final class VectorStridedDepthwiseConv implements StridedDepthwiseConv {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public Filters pack(Arena arena, int stride, Tensor weight, @Nullable Tensor bias) {
        StridedDepthwiseConv.require(stride, weight);
        if (bias != null) {
            KernelChecks.requireShape("bias", bias, weight.dim(0));
        }
        if (weight.dim(2) == DepthwiseConv.KERNEL && stride == 1) {
            try (Arena scratch = Arena.ofConfined()) {
                Tensor biases = bias == null ? Tensor.allocate(scratch, weight.dim(0)) : bias;
                return new SevenBySeven(new VectorDepthwiseConv().pack(arena, weight, biases));
            }
        }
        return new Lined(new DepthwiseFilters(arena, stride, weight, bias, false));
    }

    private record Lined(DepthwiseFilters filters) implements Filters {
        @Override
        public int channels() {
            return filters.channels();
        }

        @Override
        public int kernel() {
            return filters.kernel();
        }

        @Override
        public int stride() {
            return filters.stride();
        }

        @Override
        public long scratchFloats(int width) {
            return filters.scratchFloats(width, StridedDepthwiseConv.outputSize(width, stride()));
        }

        @Override
        public void forward(
                MemorySegment x,
                long xBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment y,
                long yBytes) {
            checkForward(x, xBytes, height, width, rowBegin, rowEnd, scratch, scratchBytes, y, yBytes);
            filters.run(
                    x,
                    xBytes,
                    height,
                    width,
                    StridedDepthwiseConv.outputSize(height, stride()),
                    StridedDepthwiseConv.outputSize(width, stride()),
                    rowBegin,
                    rowEnd,
                    scratch,
                    scratchBytes,
                    y,
                    yBytes);
        }
    }

    /**
     * ConvNeXt's convolution, picture by picture.
     *
     * @param filters the filters
     */
    record SevenBySeven(DepthwiseConv.Filters filters) implements Filters {
        @Override
        public int channels() {
            return filters.channels();
        }

        @Override
        public int kernel() {
            return DepthwiseConv.KERNEL;
        }

        @Override
        public int stride() {
            return 1;
        }

        @Override
        public long scratchFloats(int width) {
            return 0;
        }

        @Override
        public void forward(
                MemorySegment x,
                long xBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment y,
                long yBytes) {
            checkForward(x, xBytes, height, width, rowBegin, rowEnd, scratch, scratchBytes, y, yBytes);
            long rowBytes = (long) width * filters.channels() * Float.BYTES;
            for (int row = rowBegin; row < rowEnd; ) {
                int begin = row % height;
                int end = Math.min(height, begin + rowEnd - row);
                long map = xBytes + (row - begin) * rowBytes;
                filters.forward(x, map, height, width, begin, end, y, yBytes + row * rowBytes);
                row += end - begin;
            }
        }
    }
}

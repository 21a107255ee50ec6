package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Conv;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The convolution of as many groups as channels, by {@link ScalarConv}. Stateless. */
public final class ScalarStridedDepthwiseConv implements StridedDepthwiseConv {
    /** Makes the kernel. */
    public ScalarStridedDepthwiseConv() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Filters pack(Arena arena, int stride, Tensor weight, @Nullable Tensor bias) {
        StridedDepthwiseConv.require(stride, weight);
        return new Grouped(new ScalarConv().pack(arena, shape(weight.dim(0), weight.dim(2), stride), weight, bias));
    }

    static ConvShape shape(int channels, int kernel, int stride) {
        return new ConvShape(channels, channels, kernel, stride, kernel / 2, channels);
    }

    /**
     * The filters.
     *
     * @param filters of as many groups as channels
     */
    private record Grouped(Conv.Filters filters) implements Filters {
        @Override
        public int channels() {
            return filters.shape().inputs();
        }

        @Override
        public int kernel() {
            return filters.shape().kernel();
        }

        @Override
        public int stride() {
            return filters.shape().stride();
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
            filters.forward(x, xBytes, height, width, rowBegin, rowEnd, scratch, scratchBytes, y, yBytes);
        }
    }
}

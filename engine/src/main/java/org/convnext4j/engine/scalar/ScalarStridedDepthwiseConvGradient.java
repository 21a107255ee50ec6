package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.kernel.StridedDepthwiseConv;
import org.convnext4j.engine.kernel.gradient.ConvGradient;
import org.convnext4j.engine.kernel.gradient.StridedDepthwiseConvGradient;
import org.convnext4j.engine.tensor.Tensor;

/** The gradients of the convolution of as many groups as channels, by {@link ScalarConvGradient}. Stateless. */
public final class ScalarStridedDepthwiseConvGradient implements StridedDepthwiseConvGradient {
    private final ConvGradient grouped = new ScalarConvGradient();

    /** Makes the kernel. */
    public ScalarStridedDepthwiseConvGradient() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public InputFilters packInput(Arena arena, int stride, Tensor weight) {
        StridedDepthwiseConv.require(stride, weight);
        ConvShape shape = ScalarStridedDepthwiseConv.shape(weight.dim(0), weight.dim(2), stride);
        return new Grouped(grouped.packInput(arena, shape, weight));
    }

    @Override
    public long scratchFloats(int kernel, int stride, int width, int channels) {
        checkScratchFloats(kernel, stride, width, channels);
        return 0;
    }

    @Override
    public void weightGradient(
            int kernel,
            int stride,
            int images,
            int height,
            int width,
            int channels,
            int channelBegin,
            int channelEnd,
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
                kernel,
                stride,
                images,
                height,
                width,
                channels,
                channelBegin,
                channelEnd,
                x,
                xBytes,
                gradY,
                gradYBytes,
                gradWeight,
                gradWeightBytes,
                scratch,
                scratchBytes);
        ConvShape shape = ScalarStridedDepthwiseConv.shape(channels, kernel, stride);
        for (int channel = channelBegin; channel < channelEnd; channel++) {
            grouped.weightGradient(
                    shape,
                    images,
                    height,
                    width,
                    channel,
                    x,
                    xBytes,
                    gradY,
                    gradYBytes,
                    accumulate,
                    gradWeight,
                    gradWeightBytes,
                    scratch,
                    scratchBytes);
        }
    }

    /**
     * The filters.
     *
     * @param filters of as many groups as channels
     */
    private record Grouped(ConvGradient.InputFilters filters) implements InputFilters {
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
        public void inputGradient(
                MemorySegment gradY,
                long gradYBytes,
                int height,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment gradX,
                long gradXBytes) {
            checkInputGradient(
                    gradY, gradYBytes, height, width, rowBegin, rowEnd, scratch, scratchBytes, gradX, gradXBytes);
            filters.inputGradient(
                    gradY, gradYBytes, height, width, rowBegin, rowEnd, scratch, scratchBytes, gradX, gradXBytes);
        }
    }
}

package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.gradient.DepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.DilatedDepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.TurnedFilters;
import org.convnext4j.engine.tensor.Tensor;

/** The gradients of the convolution of any size, by {@link ScalarDilatedDepthwiseConvGradient}. Stateless. */
public final class ScalarDepthwiseConvGradient implements DepthwiseConvGradient {
    private final DilatedDepthwiseConvGradient anySize = new ScalarDilatedDepthwiseConvGradient();

    /** Makes the kernel. */
    public ScalarDepthwiseConvGradient() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public DepthwiseConv.Filters packInput(Arena arena, Tensor weight) {
        return TurnedFilters.pack(new ScalarDepthwiseConv(), arena, weight);
    }

    @Override
    public long scratchFloats(int width) {
        return 0;
    }

    @Override
    public void weightGradient(
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
            MemorySegment gradBias,
            long gradBiasBytes,
            MemorySegment scratch,
            long scratchBytes) {
        checkWeightGradient(
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
                gradBias,
                gradBiasBytes,
                scratch,
                scratchBytes);
        anySize.weightGradient(
                DepthwiseConv.KERNEL,
                1,
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
                accumulate,
                gradWeight,
                gradWeightBytes,
                gradBias,
                gradBiasBytes,
                scratch,
                scratchBytes);
    }
}

package org.convnext4j.engine.matrix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.kernel.PatchConv;
import org.convnext4j.engine.kernel.Patches;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The patch convolution as a pointwise one: patches do not overlap, so gathering each into a row of P P C floats copies
 * every input once, and the product with the (N, P P C) weights does the rest.
 */
public final class GemmPatchConv implements PatchConv {
    private final Gemm gemm;

    /** Over any pointwise convolution. */
    public GemmPatchConv(Gemm gemm) {
        this.gemm = gemm;
    }

    @Override
    public String name() {
        return gemm.name();
    }

    @Override
    public Filters pack(Arena arena, Tensor weight, Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, -1, -1, -1);
        int outputs = weight.dim(0);
        int channels = weight.dim(1);
        int patch = weight.dim(2);
        KernelChecks.requireShape("weight", weight, outputs, channels, patch, patch);
        KernelChecks.requireShape("bias", bias, outputs);
        try (Arena scratch = Arena.ofConfined()) {
            Tensor rows = Patches.channelsLast(scratch, weight);
            return new Gathered(gemm.pack(arena, rows, bias), patch, channels);
        }
    }

    private record Gathered(Gemm.Linear linear, int patch, int channels) implements Filters {
        @Override
        public int outputs() {
            return linear.outputs();
        }

        @Override
        public long scratchFloats(int width) {
            return (long) (width / patch) * linear.inputs();
        }

        @Override
        public void forward(
                MemorySegment x,
                long xBytes,
                int width,
                int rowBegin,
                int rowEnd,
                MemorySegment scratch,
                long scratchBytes,
                MemorySegment y,
                long yBytes) {
            checkForward(x, xBytes, width, rowBegin, rowEnd, scratch, scratchBytes, y, yBytes);
            int columns = width / patch;
            Patches.gather(patch, channels, x, xBytes, width, rowBegin, rowEnd, scratch, scratchBytes);
            linear.forward(
                    (rowEnd - rowBegin) * columns,
                    scratch,
                    scratchBytes,
                    linear.inputs(),
                    0,
                    linear.outputs(),
                    Gemm.Epilogue.NONE,
                    y,
                    y,
                    yBytes,
                    linear.outputs());
        }
    }
}

package org.convnext4j.engine.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The pointwise convolution on {@link WeightPanels}. */
final class VectorGemm implements Gemm {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public Linear pack(Arena arena, Tensor weight, Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, -1);
        KernelChecks.requireShape("bias", bias, weight.dim(0));
        WeightPanels panels = new WeightPanels(arena, weight.dim(1), weight.dim(0));
        panels.fill(0, panels.outputs(), weight, false, bias);
        return panels;
    }

    @Override
    public LiveLinear follow(Arena arena, Tensor weight, boolean transposed, @Nullable Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, -1);
        int outputs = weight.dim(transposed ? 1 : 0);
        int inputs = weight.dim(transposed ? 0 : 1);
        if (bias != null) {
            KernelChecks.requireShape("bias", bias, outputs);
        }
        return new Follower(new WeightPanels(arena, inputs, outputs), weight, transposed, bias);
    }

    /**
     * Panels and where their values come from.
     *
     * @param weight (N, K), or, if transposed, (K, N)
     * @param bias (N), or none
     */
    private record Follower(
            WeightPanels panels,
            Tensor weight,
            boolean transposed,
            @Nullable Tensor bias) implements LiveLinear {
        @Override
        public void refresh(int outputBegin, int outputEnd) {
            panels.fill(outputBegin, outputEnd, weight, transposed, bias);
        }

        @Override
        public int inputs() {
            return panels.inputs();
        }

        @Override
        public int outputs() {
            return panels.outputs();
        }

        @Override
        public int panelOutputs() {
            return panels.panelOutputs();
        }

        @Override
        public int rangesPerThread() {
            return panels.rangesPerThread();
        }

        @Override
        public float[] weights(int output) {
            return panels.weights(output);
        }

        @Override
        public float bias(int output) {
            return panels.bias(output);
        }

        @Override
        public void forward(
                int rows,
                MemorySegment x,
                long xBytes,
                int xStride,
                int outputBegin,
                int outputEnd,
                Epilogue epilogue,
                MemorySegment residual,
                MemorySegment y,
                long yBytes,
                int yStride) {
            panels.forward(rows, x, xBytes, xStride, outputBegin, outputEnd, epilogue, residual, y, yBytes, yStride);
        }
    }
}

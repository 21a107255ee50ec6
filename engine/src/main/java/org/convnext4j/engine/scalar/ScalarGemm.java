package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.tensor.Tensor;

/** One dot product in double per output. Stateless. */
public final class ScalarGemm implements Gemm {
    /** Makes the kernel. */
    public ScalarGemm() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public Linear pack(Arena arena, Tensor weight, Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, -1);
        KernelChecks.requireShape("bias", bias, weight.dim(0));
        return new Packed(weight.dim(1), weight.dim(0), Floats.copy(arena, weight), Floats.copy(arena, bias));
    }

    /**
     * The weights as they are.
     *
     * @param weight (N, K)
     * @param bias (N)
     */
    private record Packed(int inputs, int outputs, MemorySegment weight, MemorySegment bias) implements Linear {
        @Override
        public int panelOutputs() {
            return 1;
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
            for (int row = 0; row < rows; row++) {
                long xRow = Floats.at(xBytes, (long) row * xStride);
                long yRow = Floats.at(yBytes, (long) row * yStride);
                for (int output = outputBegin; output < outputEnd; output++) {
                    long yOffset = Floats.at(yRow, output);
                    double sum = dot(x, xRow, output) + Floats.get(bias, Floats.at(0, output));
                    if (epilogue == Epilogue.GELU) {
                        // GELU of the rounded sum, so that fused and separate GELU agree.
                        sum = ScalarGelu.gelu((float) sum);
                    } else if (epilogue == Epilogue.ADD_RESIDUAL) {
                        sum += Floats.get(residual, yOffset);
                    }
                    Floats.set(y, yOffset, sum);
                }
            }
        }

        private double dot(MemorySegment x, long xRow, int output) {
            long weightRow = Floats.at(0, (long) output * inputs);
            double sum = 0;
            for (int k = 0; k < inputs; k++) {
                sum += Floats.get(x, Floats.at(xRow, k)) * Floats.get(weight, Floats.at(weightRow, k));
            }
            return sum;
        }
    }
}

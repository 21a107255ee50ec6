package org.convnext4j.engine.scalar;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

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
        return new Rows(weight.dim(1), weight.dim(0), Floats.copy(arena, weight), false, Floats.copy(arena, bias));
    }

    @Override
    public LiveLinear follow(Arena arena, Tensor weight, boolean transposed, @Nullable Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, -1);
        int outputs = weight.dim(transposed ? 1 : 0);
        int inputs = weight.dim(transposed ? 0 : 1);
        if (bias == null) {
            return new Rows(
                    inputs,
                    outputs,
                    weight.data(),
                    transposed,
                    Tensor.allocate(arena, outputs).data());
        }
        KernelChecks.requireShape("bias", bias, outputs);
        return new Rows(inputs, outputs, weight.data(), transposed, bias.data());
    }

    /**
     * The weights as they are.
     *
     * @param weight (N, K), or, if transposed, (K, N)
     * @param bias (N)
     */
    private record Rows(int inputs, int outputs, MemorySegment weight, boolean transposed, MemorySegment bias)
            implements LiveLinear {
        @Override
        public void refresh(int outputBegin, int outputEnd) {
            checkOutputs(outputBegin, outputEnd); // read where they are
        }

        @Override
        public int panelOutputs() {
            return 1;
        }

        @Override
        public int rangesPerThread() {
            return 1;
        }

        @Override
        public float[] weights(int output) {
            Objects.checkIndex(output, outputs);
            float[] row = new float[inputs];
            for (int k = 0; k < inputs; k++) {
                row[k] = (float) Floats.get(weight, Floats.at(0, place(output, k)));
            }
            return row;
        }

        @Override
        public float bias(int output) {
            return (float) Floats.get(bias, Floats.at(0, Objects.checkIndex(output, outputs)));
        }

        private long place(int output, int k) {
            return transposed ? (long) k * outputs + output : (long) output * inputs + k;
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
            checkForward(rows, x, xBytes, xStride, outputBegin, outputEnd, epilogue, residual, y, yBytes, yStride);
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
            double sum = 0;
            for (int k = 0; k < inputs; k++) {
                sum += Floats.get(x, Floats.at(xRow, k)) * Floats.get(weight, Floats.at(0, place(output, k)));
            }
            return sum;
        }
    }
}

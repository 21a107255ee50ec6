package org.convnext4j.engine.blas;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.kernel.Gelu;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The matrix product by OpenBLAS.
 *
 * <p>The weights stay as (N, K), used transposed. In narrow layers that is as fast as a (K, N) copy within 2 %, in wide
 * ones up to 1.45 times as fast. Measured with OpenBLAS 0.3.31, SkylakeX kernels, one thread, on a shared machine, in
 * GFLOP/s, (N, K) against (K, N):
 *
 * <pre>{@code
 *      K     N   49 rows         98 rows         112 rows        196 rows
 *     96   384   91.0 / 92.7   105.8 / 107.0   110.7 / 111.3   117.6 / 118.2
 *    384    96   93.6 / 93.5   110.8 / 110.5   115.1 / 113.8   122.7 / 121.8
 *    384  1536   96.2 / 79.3   121.5 / 106.8   130.8 / 116.7   142.9 / 131.8
 *   1536   384   96.4 / 80.9   119.4 / 107.5   124.3 / 112.1   138.0 / 130.1
 *    768  3072   95.9 / 75.6   116.1 /  97.0   126.8 / 100.3   126.4 /  95.1
 *   3072   768   91.1 / 76.7   114.5 /  78.6   121.8 /  84.5   130.2 /  93.6
 * }</pre>
 *
 * <p>The output rows are filled with the bias, or bias and residual, before the product is added to them, so only GELU
 * costs a pass of its own.
 *
 * <p>Unlike other implementations, the last bits of a result may depend on the range of rows and outputs it was computed
 * in: OpenBLAS picks its kernel by the size of the product (matrix by vector, small matrices, blocks of K), and they sum
 * in different orders. The same call still gives the same bits.
 */
public final class BlasGemm implements Gemm {
    /** Outputs per panel: one cache line, so that two threads never write to the same one. */
    private static final int PANEL_OUTPUTS = 16;

    private final OpenBlasLibrary library;
    private final Gelu gelu;

    /**
     * A matrix product with these parts.
     *
     * @param library computes the products
     * @param gelu computes {@link Gemm.Epilogue#GELU}
     */
    public BlasGemm(OpenBlasLibrary library, Gelu gelu) {
        this.library = library;
        this.gelu = gelu;
    }

    @Override
    public String name() {
        return "blas";
    }

    @Override
    public Linear pack(Arena arena, Tensor weight, Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, -1);
        KernelChecks.requireShape("bias", bias, weight.dim(0));
        return new Rows(library, gelu, weight.dim(1), weight.dim(0), copy(arena, weight), false, copy(arena, bias));
    }

    /**
     * A layer straight on the caller's weights, such as a checkpoint's: nothing is copied, so that it is ready at
     * once, and the weights must outlive it.
     *
     * @param weight (N, K), on a multiple of 4 bytes
     * @param bias (N)
     * @throws IllegalArgumentException if the shapes do not fit
     */
    public Linear view(Tensor weight, Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, -1);
        KernelChecks.requireShape("bias", bias, weight.dim(0));
        return new Rows(library, gelu, weight.dim(1), weight.dim(0), weight.data(), false, bias.data());
    }

    @Override
    public LiveLinear follow(Arena arena, Tensor weight, boolean transposed, @Nullable Tensor bias) {
        KernelChecks.requireShape("weight", weight, -1, -1);
        int outputs = weight.dim(transposed ? 1 : 0);
        int inputs = weight.dim(transposed ? 0 : 1);
        if (bias == null) {
            MemorySegment zeros = Tensor.allocate(arena, outputs).data();
            return new Rows(library, gelu, inputs, outputs, weight.data(), transposed, zeros);
        }
        KernelChecks.requireShape("bias", bias, outputs);
        return new Rows(library, gelu, inputs, outputs, weight.data(), transposed, bias.data());
    }

    private static MemorySegment copy(Arena arena, Tensor tensor) {
        return arena.allocate(tensor.data().byteSize(), Tensor.ALIGNMENT_BYTES).copyFrom(tensor.data());
    }

    /**
     * The weights as they are.
     *
     * @param weight (N, K), or, if transposed, (K, N)
     * @param bias (N)
     */
    private record Rows(
            OpenBlasLibrary library,
            Gelu gelu,
            int inputs,
            int outputs,
            MemorySegment weight,
            boolean transposed,
            MemorySegment bias)
            implements LiveLinear {
        @Override
        public void refresh(int outputBegin, int outputEnd) {
            checkOutputs(outputBegin, outputEnd); // OpenBLAS reads them where they are
        }

        @Override
        public int panelOutputs() {
            return PANEL_OUTPUTS;
        }

        /**
         * OpenBLAS packs x anew for each range: Tiny, one picture, two threads, takes 1.01 times as long with 2; against ONNX
         * Runtime it is 0.97 to 0.98 times as fast with 1 and 0.86 to 0.88 times with 8 (Zen 3).
         */
        @Override
        public int rangesPerThread() {
            return 1;
        }

        @Override
        public float[] weights(int output) {
            Objects.checkIndex(output, outputs);
            float[] row = new float[inputs];
            for (int k = 0; k < inputs; k++) {
                row[k] = weight.getAtIndex(
                        Tensor.FLOAT, transposed ? (long) k * outputs + output : (long) output * inputs + k);
            }
            return row;
        }

        @Override
        public float bias(int output) {
            return bias.getAtIndex(Tensor.FLOAT, Objects.checkIndex(output, outputs));
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
            int columns = outputEnd - outputBegin;
            if (rows == 0 || columns == 0) {
                return;
            }
            long yBegin = yBytes + (long) outputBegin * Float.BYTES;
            // Slices, because they throw what the contract says before OpenBLAS can touch memory.
            MemorySegment in = matrix(x, xBytes, rows, inputs, xStride);
            MemorySegment panel = transposed
                    ? matrix(weight, (long) outputBegin * Float.BYTES, inputs, columns, outputs)
                    : matrix(weight, (long) outputBegin * inputs * Float.BYTES, columns, inputs, inputs);
            int panelStride = transposed ? outputs : inputs;
            MemorySegment out = matrix(y, yBegin, rows, columns, yStride);
            for (int row = 0; row < rows; row++) {
                long offset = yBegin + (long) row * yStride * Float.BYTES;
                if (epilogue == Epilogue.ADD_RESIDUAL) {
                    fillWithBiasAndResidual(outputBegin, columns, residual, y, offset);
                } else {
                    MemorySegment.copy(bias, (long) outputBegin * Float.BYTES, y, offset, (long) columns * Float.BYTES);
                }
            }
            library.sgemm(
                    false, !transposed, rows, columns, inputs, 1, in, xStride, panel, panelStride, 1, out, yStride);
            if (epilogue == Epilogue.GELU) {
                gelu.forward(rows, columns, y, yBegin, yStride, y, yBegin, yStride);
            }
        }

        private void fillWithBiasAndResidual(
                int outputBegin, int columns, MemorySegment residual, MemorySegment y, long offset) {
            for (int column = 0; column < columns; column++) {
                long bytes = offset + (long) column * Float.BYTES;
                float sum = bias.getAtIndex(Tensor.FLOAT, outputBegin + column) + residual.get(Tensor.FLOAT, bytes);
                y.set(Tensor.FLOAT, bytes, sum);
            }
        }

        /** The bytes from the first element of a matrix to its last. */
        private static MemorySegment matrix(MemorySegment segment, long bytes, int rows, int columns, int stride) {
            return segment.asSlice(bytes, ((rows - 1L) * stride + columns) * Float.BYTES);
        }
    }
}

package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The pointwise (1x1) convolution, which at one pixel per row is a matrix product with the weights: 93 % of the
 * multiplications of ConvNeXt-Tiny, 97 % of XLarge's.
 */
public interface Gemm {
    /** The name that {@code doctor} and benchmarks show. */
    String name();

    /**
     * Lays the weights of one layer out for this implementation.
     *
     * @param arena how long the packed copy lives
     * @param weight (N, K): N outputs, K inputs, as a linear layer stores it
     * @param bias (N)
     * @throws IllegalArgumentException if the shapes do not fit
     */
    Linear pack(Arena arena, Tensor weight, Tensor bias);

    /**
     * A layer on weights that change, as in training. It has no values before its first {@link LiveLinear#refresh}.
     *
     * @param arena how long a packed copy lives
     * @param weight (N, K), or, if transposed, (K, N); must outlive the layer
     * @param transposed which of the two
     * @param bias (N), or none, which is a bias of 0; must outlive the layer
     * @throws IllegalArgumentException if the shapes do not fit
     */
    LiveLinear follow(Arena arena, Tensor weight, boolean transposed, @Nullable Tensor bias);

    /** What happens to {@code x W^T + bias} on its way out, while the tile is still in the cache. */
    enum Epilogue {
        /** Nothing. */
        NONE,
        /** GELU with erf: the end of pwconv1. */
        GELU,
        /** Adds the residual: the end of pwconv2. */
        ADD_RESIDUAL
    }

    /** One layer's weights, packed. Immutable; any number of threads may use it at once. */
    interface Linear {
        /** K, the inputs of a row. */
        int inputs();

        /** N, the outputs of a row. */
        int outputs();

        /** Ranges of outputs start at a multiple of this many, so that a packed panel has one owner. */
        int panelOutputs();

        /**
         * Into how many ranges a thread's part of the outputs is best cut. With several, a thread that is held up, by
         * another program or by the other thread of its core, takes fewer of them; but each has costs of its own.
         */
        int rangesPerThread();

        /**
         * Into how many ranges of outputs the layer is best cut for so many threads; each has at least a panel.
         *
         * @param threads at least 1
         * @throws IndexOutOfBoundsException if there are none
         */
        default int ranges(int threads) {
            Operands.positive("threads", threads);
            return (int) Math.min(panels(), (long) threads * rangesPerThread());
        }

        /**
         * Where one of equal ranges begins: at a whole panel.
         *
         * @param range from 0; {@code ranges}, one past the last, begins at N
         * @param ranges at least 1
         * @throws IndexOutOfBoundsException if there are no ranges or none of that number
         */
        default int rangeBegin(int range, int ranges) {
            Operands.positive("ranges", ranges);
            Operands.range("range", 0, range, ranges);
            return Math.min((int) ((long) panels() * range / ranges) * panelOutputs(), outputs());
        }

        /**
         * Checks a range of outputs.
         *
         * @throws IndexOutOfBoundsException if it is none of the layer, or begins or ends inside a panel
         */
        default void checkOutputs(int outputBegin, int outputEnd) {
            Operands.range("outputBegin", outputBegin, outputEnd, outputs());
            if (outputBegin % panelOutputs() != 0 || (outputEnd % panelOutputs() != 0 && outputEnd != outputs())) {
                throw new IndexOutOfBoundsException("outputs " + outputBegin + " to " + outputEnd
                        + " begin or end inside a panel of " + panelOutputs() + " outputs");
            }
        }

        /**
         * The weights of one output, read back: a copy. For what looks into a network, not for what runs it.
         *
         * @param output 0..N-1
         * @return (K)
         * @throws IndexOutOfBoundsException if there is no such output
         */
        float[] weights(int output);

        /**
         * The bias of one output, read back.
         *
         * @param output 0..N-1
         * @throws IndexOutOfBoundsException if there is no such output
         */
        float bias(int output);

        /** Whole panels, and one for what they leave. */
        private int panels() {
            return (outputs() + panelOutputs() - 1) / panelOutputs();
        }

        /**
         * {@code y = epilogue(x W^T + bias)} for some rows and a range of outputs.
         *
         * @param rows how many rows (pixels)
         * @param x (rows, K)
         * @param xBytes offset of row 0
         * @param xStride floats from row to row, at least K
         * @param outputBegin first output, a multiple of {@link #panelOutputs}
         * @param outputEnd one past the last output: N, or a multiple of {@link #panelOutputs}
         * @param epilogue what happens on the way out
         * @param residual (rows, N), addressed just like {@code y}; read with {@link Epilogue#ADD_RESIDUAL} only, and then
         *     not {@code y} itself
         * @param y (rows, N): output j of row i is at {@code yBytes + 4 (i yStride + j)}, whatever the range
         * @param yBytes offset of row 0, output 0
         * @param yStride floats from row to row, at least N
         */
        void forward(
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
                int yStride);

        /**
         * Checks the operands of {@link #forward}, which every implementation begins with.
         *
         * @throws IndexOutOfBoundsException if a count, stride or range is negative or none, or an operand is not within its segment
         */
        default void checkForward(
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
            checkOutputs(outputBegin, outputEnd);
            int columns = outputEnd - outputBegin;
            long begin = Operands.offset(yBytes, outputBegin);
            Operands.inputRows("x", x, xBytes, rows, xStride, inputs());
            if (epilogue == Epilogue.ADD_RESIDUAL) {
                Operands.inputRows("residual", residual, begin, rows, yStride, columns);
            }
            Operands.outputRows("y", y, begin, rows, yStride, columns);
        }
    }

    /** A layer that follows weights as they change; immutable between two refreshes. */
    interface LiveLinear extends Linear {
        /**
         * Takes the weights of a range of outputs as they are now. They must not change before the last call that is to
         * use them; whether changes show without a refresh depends on the implementation. Threads may refresh different
         * ranges at once.
         *
         * @param outputBegin first output, a multiple of {@link #panelOutputs}
         * @param outputEnd one past the last output: N, or a multiple of {@link #panelOutputs}
         * @throws IndexOutOfBoundsException if that is no such range
         */
        void refresh(int outputBegin, int outputEnd);
    }
}

package org.convnext4j.engine.matrix;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.kernel.Conv;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.kernel.Gemm;
import org.convnext4j.engine.kernel.KernelChecks;
import org.convnext4j.engine.kernel.WindowGather;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The convolution as a pointwise one: tiles of windows are copied into rows of K K C / G floats, and the product with
 * each group's (N / G, K K C / G) weights does the rest. Where the windows are the pixels themselves nothing is copied.
 */
public final class GemmConv implements Conv {
    private final Gemm gemm;
    private final WindowGather gather;

    /**
     * Of these parts.
     *
     * @param gemm computes the products
     * @param gather copies the windows
     */
    public GemmConv(Gemm gemm, WindowGather gather) {
        this.gemm = gemm;
        this.gather = gather;
    }

    @Override
    public String name() {
        return gemm.name();
    }

    @Override
    public Filters pack(Arena arena, ConvShape shape, Tensor weight, @Nullable Tensor bias) {
        shape.requireWeight(weight);
        if (bias != null) {
            KernelChecks.requireShape("bias", bias, shape.outputs());
        }
        List<Gemm.Linear> groups = new ArrayList<>();
        try (Arena scratch = Arena.ofConfined()) {
            for (int group = 0; group < shape.groups(); group++) {
                Tensor rows = channelsLast(scratch, shape, weight, group);
                groups.add(gemm.pack(arena, rows, biases(scratch, shape, bias, group)));
            }
        }
        return new Gathered(shape, List.copyOf(groups), gather);
    }

    /** One group's (N / G, C / G, K, K) to (N / G, K K C / G), the order in which a window is gathered. */
    private static Tensor channelsLast(Arena arena, ConvShape shape, Tensor weight, int group) {
        int outputs = shape.groupOutputs();
        int channels = shape.groupInputs();
        int taps = shape.kernel() * shape.kernel();
        Tensor rows = Tensor.allocate(arena, outputs, taps * channels);
        for (int n = 0; n < outputs; n++) {
            long from = ((long) group * outputs + n) * taps * channels;
            long to = (long) n * taps * channels;
            for (int c = 0; c < channels; c++) {
                for (int tap = 0; tap < taps; tap++) {
                    rows.set(to + (long) tap * channels + c, weight.get(from + (long) c * taps + tap));
                }
            }
        }
        return rows;
    }

    private static Tensor biases(Arena arena, ConvShape shape, @Nullable Tensor bias, int group) {
        Tensor biases = Tensor.allocate(arena, shape.groupOutputs());
        for (int n = 0; bias != null && n < shape.groupOutputs(); n++) {
            biases.set(n, bias.get((long) group * shape.groupOutputs() + n));
        }
        return biases;
    }

    private record Gathered(ConvShape shape, List<Gemm.Linear> groups, WindowGather gather) implements Filters {
        @Override
        public long scratchFloats(int height, int width) {
            return shape.pointwise() ? 0 : WindowGather.tileFloats(shape.windowFloats(), shape.outputSize(width));
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
            int outHeight = shape.outputSize(height);
            int outWidth = shape.outputSize(width);
            if (shape.pointwise()) {
                long from = xBytes + (long) rowBegin * width * shape.inputs() * Float.BYTES;
                int pixels = (rowEnd - rowBegin) * width;
                long to = yBytes + (long) rowBegin * width * shape.outputs() * Float.BYTES;
                for (int group = 0; group < shape.groups(); group++) {
                    long at = from + (long) group * shape.groupInputs() * Float.BYTES;
                    multiply(group, pixels, x, at, shape.inputs(), y, to);
                }
                return;
            }
            int tileRows = WindowGather.tileRows(shape.windowFloats(), outWidth);
            for (int row = rowBegin; row < rowEnd; row += tileRows) {
                int end = Math.min(rowEnd, row + tileRows);
                long to = yBytes + (long) row * outWidth * shape.outputs() * Float.BYTES;
                for (int group = 0; group < shape.groups(); group++) {
                    gather.gather(
                            shape.kernel(),
                            shape.kernel(),
                            shape.stride(),
                            shape.padding(),
                            shape.padding(),
                            shape.inputs(),
                            group * shape.groupInputs(),
                            shape.groupInputs(),
                            height,
                            width,
                            outHeight,
                            outWidth,
                            row,
                            end,
                            x,
                            xBytes,
                            scratch,
                            scratchBytes);
                    multiply(group, (end - row) * outWidth, scratch, scratchBytes, shape.windowFloats(), y, to);
                }
            }
        }

        private void multiply(
                int group, int pixels, MemorySegment x, long xBytes, int xStride, MemorySegment y, long yBytes) {
            Gemm.Linear linear = groups.get(group);
            long to = yBytes + (long) group * shape.groupOutputs() * Float.BYTES;
            linear.forward(
                    pixels, x, xBytes, xStride, 0, linear.outputs(), Gemm.Epilogue.NONE, y, y, to, shape.outputs());
        }
    }
}

package org.convnext4j.engine.jvm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.DepthwiseConv;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.kernel.gradient.ActivationGradient;
import org.convnext4j.engine.kernel.gradient.ChannelNormGradient;
import org.convnext4j.engine.kernel.gradient.DilatedDepthwiseConvGradient;
import org.convnext4j.engine.kernel.gradient.ResponseNormGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.vector.VectorKernels;

/** As {@link VectorCalls}, of the gradients of what only relatives of ConvNeXt have. */
final class FamilyGradientVectorCalls {
    private final Arena arena;
    private final Random random = new Random(3);
    private final Map<String, Runnable> calls = new LinkedHashMap<>();

    private FamilyGradientVectorCalls(Arena arena) {
        this.arena = arena;
    }

    /** The calls by name; their memory is the arena's. */
    static Map<String, Runnable> of(Arena arena) {
        FamilyGradientVectorCalls all = new FamilyGradientVectorCalls(arena);
        // Whole vectors, a tail after them, and less than a vector.
        for (int channels : new int[] {96, 77, 12}) {
            for (NormKind kind : new NormKind[] {NormKind.SIMPLE, NormKind.RMS}) {
                all.scaleNorm(24, channels, kind);
            }
            for (ActivationKind kind : new ActivationKind[] {ActivationKind.SILU, ActivationKind.GELU_TANH}) {
                all.gate(7, channels, kind);
            }
            all.responseNorm(14, 4 * channels + 1);
            for (int kernel : new int[] {1, 3, 5, 7, 9}) {
                all.dilatedDepthwise(9, channels, kernel, 2);
            }
        }
        return all.calls;
    }

    private void scaleNorm(int rows, int channels, NormKind kind) {
        ChannelNormGradient gradient = VectorKernels.scaleNormGradient(kind);
        MemorySegment w = tensor(channels);
        MemorySegment x = tensor(rows, channels);
        MemorySegment gradY = tensor(rows, channels);
        MemorySegment gradX = tensor(rows, channels);
        MemorySegment parts = tensor(ChannelNormGradient.parts(rows), 2 * channels);
        int c = channels;
        calls.put(
                kind + " norm gradient " + rows + "x" + channels,
                () -> gradient.backward(0, rows, c, 1e-6f, w, 0, x, 0, c, gradY, 0, c, gradX, 0, c, parts, 0));
    }

    private void gate(int rows, int columns, ActivationKind kind) {
        ActivationGradient gradient = VectorKernels.sigmoidGateGradient(kind);
        MemorySegment x = tensor(rows, columns);
        MemorySegment y = tensor(rows, columns);
        MemorySegment gradY = tensor(rows, columns);
        MemorySegment gradX = tensor(rows, columns);
        int n = columns;
        calls.put(
                kind + " and gradient " + rows + "x" + columns,
                () -> gradient.forwardAndBackward(rows, n, x, 0, n, y, 0, n, gradY, 0, n, gradX, 0, n));
    }

    private void responseNorm(int pixels, int channels) {
        ResponseNormGradient gradient = VectorKernels.responseNormGradient();
        MemorySegment x = tensor(pixels, channels);
        MemorySegment gradY = tensor(pixels, channels);
        MemorySegment gradX = tensor(pixels, channels);
        MemorySegment sums = tensor(2, ResponseNormGradient.SUMS * channels);
        MemorySegment gamma = tensor(channels);
        MemorySegment factors = tensor(2 * channels);
        MemorySegment parameters = tensor(2 * channels);
        int c = channels;
        String shape = pixels + "x" + channels;
        calls.put("grn sums " + shape, () -> gradient.partSums(pixels, c, x, 0, c, gradY, 0, c, sums, 0));
        calls.put(
                "grn coefficients " + channels,
                () -> gradient.coefficients(1, c, 1e-6f, sums, 0, gamma, 0, factors, 0, parameters, 0));
        calls.put(
                "grn gradient " + shape,
                () -> gradient.inputGradient(pixels, c, factors, 0, x, 0, c, gradY, 0, c, gradX, 0, c));
    }

    private void dilatedDepthwise(int side, int channels, int kernel, int dilation) {
        DilatedDepthwiseConvGradient gradient = VectorKernels.dilatedDepthwiseConvGradient();
        MemorySegment x = tensor(side * side, channels);
        MemorySegment gradY = tensor(side * side, channels);
        MemorySegment weight = tensor(kernel * kernel, channels);
        MemorySegment bias = tensor(channels);
        MemorySegment scratch = tensor(Math.toIntExact(gradient.scratchFloats(kernel, dilation, side)));
        DepthwiseConv.Filters filters =
                gradient.packInput(arena, dilation, Tensor.allocate(arena, channels, 1, kernel, kernel));
        int c = channels;
        String shape = kernel + "x" + kernel + " by " + dilation + ", " + channels + " channels";
        calls.put(
                "dilated weight gradient " + shape,
                () -> gradient.weightGradient(
                        kernel, dilation, 1, side, side, c, 0, c, x, 0, gradY, 0, true, weight, 0, bias, 0, scratch,
                        0));
        calls.put("dilated input gradient " + shape, () -> filters.forward(gradY, 0, side, side, 0, side, x, 0));
    }

    private MemorySegment tensor(int... dims) {
        Tensor tensor = Tensor.allocate(arena, dims);
        for (long i = 0; i < tensor.elements(); i++) {
            tensor.set(i, random.nextFloat() - 0.5f);
        }
        return tensor.data();
    }
}

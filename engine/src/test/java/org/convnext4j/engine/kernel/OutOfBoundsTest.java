package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A segment that is one float too short, or an offset before its begin, must throw and not crash the JVM. */
@EachWidth
final class OutOfBoundsTest {
    private static final int ROWS = 3;
    private static final int K = 19;
    private static final int N = 37;
    private static final int SIDE = 8;

    static Stream<Arguments> gemms() {
        return Samples.named(Implementations.gemms(), Gemm::name);
    }

    static Stream<Arguments> depthwiseConvs() {
        return Samples.named(Implementations.depthwiseConvs(), DepthwiseConv::name);
    }

    static Stream<Arguments> layerNorms() {
        return Samples.named(Implementations.layerNorms(), LayerNorm::name);
    }

    static Stream<Arguments> scaleNorms() {
        return Stream.of(NormKind.SIMPLE, NormKind.RMS)
                .flatMap(kind -> Samples.named(Implementations.scaleNorms(kind), norm -> norm.name() + " " + kind));
    }

    static Stream<Arguments> dilatedDepthwiseConvs() {
        return Samples.named(Implementations.dilatedDepthwiseConvs(), DilatedDepthwiseConv::name);
    }

    static Stream<Arguments> responseNorms() {
        return Samples.named(Implementations.responseNorms(), ResponseNorm::name);
    }

    static Stream<Arguments> activations() {
        return Stream.concat(
                gelus(),
                Samples.named(Implementations.sigmoidGates(ActivationKind.SILU), gate -> gate.name() + " gate"));
    }

    static Stream<Arguments> gelus() {
        return Samples.named(Implementations.gelus(), Gelu::name);
    }

    static Stream<Arguments> pools() {
        return Samples.named(Implementations.globalAveragePools(), GlobalAveragePool::name);
    }

    static Stream<Arguments> patchConvs() {
        return Samples.named(Implementations.patchConvs(), PatchConv::name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gemms")
    void gemm(Gemm gemm) {
        try (Arena arena = Arena.ofConfined()) {
            Gemm.Linear linear = gemm.pack(arena, Tensor.allocate(arena, N, K), Tensor.allocate(arena, N));
            MemorySegment x = floats(arena, ROWS * K);
            MemorySegment y = floats(arena, ROWS * N);
            MemorySegment shortX = floats(arena, ROWS * K - 1);
            MemorySegment shortY = floats(arena, ROWS * N - 1);
            Gemm.Epilogue none = Gemm.Epilogue.NONE;
            Gemm.Epilogue add = Gemm.Epilogue.ADD_RESIDUAL;
            throwsOutOfBounds(() -> linear.forward(ROWS, shortX, 0, K, 0, N, none, y, y, 0, N));
            throwsOutOfBounds(() -> linear.forward(ROWS, x, -4, K, 0, N, none, y, y, 0, N));
            throwsOutOfBounds(() -> linear.forward(ROWS, x, 0, K, 0, N, none, y, shortY, 0, N));
            throwsOutOfBounds(() -> linear.forward(ROWS, x, 0, K, 0, N, none, y, y, -4, N));
            throwsOutOfBounds(() -> linear.forward(ROWS, x, 0, K, 0, N, add, shortY, y, 0, N));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("depthwiseConvs")
    void depthwiseConv(DepthwiseConv convolution) {
        try (Arena arena = Arena.ofConfined()) {
            depthwise(arena, convolution.pack(arena, Tensor.allocate(arena, K, 1, 7, 7), Tensor.allocate(arena, K)));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dilatedDepthwiseConvs")
    void dilatedDepthwiseConv(DilatedDepthwiseConv convolution) {
        try (Arena arena = Arena.ofConfined()) {
            depthwise(arena, convolution.pack(arena, 2, Tensor.allocate(arena, K, 1, 5, 5), Tensor.allocate(arena, K)));
        }
    }

    private static void depthwise(Arena arena, DepthwiseConv.Filters filters) {
        MemorySegment full = floats(arena, SIDE * SIDE * K);
        MemorySegment tooShort = floats(arena, SIDE * SIDE * K - 1);
        MemorySegment out = floats(arena, SIDE * SIDE * K);
        throwsOutOfBounds(() -> filters.forward(tooShort, 0, SIDE, SIDE, 0, SIDE, out, 0));
        throwsOutOfBounds(() -> filters.forward(full, 0, SIDE, SIDE, 0, SIDE, tooShort, 0));
        throwsOutOfBounds(() -> filters.forward(full, -4, SIDE, SIDE, 0, SIDE, out, 0));
        throwsOutOfBounds(() -> filters.forward(full, 0, SIDE, SIDE, 0, SIDE, out, -4));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"layerNorms", "scaleNorms"})
    void channelNorm(ChannelNorm norm) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment full = floats(arena, ROWS * K);
            MemorySegment tooShort = floats(arena, ROWS * K - 1);
            MemorySegment weight = floats(arena, K);
            MemorySegment shortWeight = floats(arena, K - 1);
            throwsOutOfBounds(() -> norm.normalize(ROWS, K, 1, tooShort, 0, K, full, 0, K));
            throwsOutOfBounds(() -> norm.normalize(ROWS, K, 1, full, 0, K, tooShort, 0, K));
            throwsOutOfBounds(() -> norm.forward(ROWS, K, 1, weight, weight, tooShort, 0, K, full, 0, K));
            throwsOutOfBounds(() -> norm.forward(ROWS, K, 1, weight, weight, full, 0, K, tooShort, 0, K));
            throwsOutOfBounds(() -> norm.forward(ROWS, K, 1, shortWeight, weight, full, 0, K, full, 0, K));
            throwsOutOfBounds(() -> norm.forward(ROWS, K, 1, weight, shortWeight, full, 0, K, full, 0, K));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("responseNorms")
    void responseNorm(ResponseNorm norm) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment full = floats(arena, ROWS * K);
            MemorySegment tooShort = floats(arena, ROWS * K - 1);
            MemorySegment row = floats(arena, K);
            MemorySegment shortRow = floats(arena, K - 1);
            throwsOutOfBounds(() -> norm.sumSquares(ROWS, K, tooShort, 0, K, row, 0));
            throwsOutOfBounds(() -> norm.sumSquares(ROWS, K, full, -4, K, row, 0));
            throwsOutOfBounds(() -> norm.sumSquares(ROWS, K, full, 0, K, shortRow, 0));
            throwsOutOfBounds(() -> norm.factors(ROWS, K, 1, tooShort, 0, row, row, 0));
            throwsOutOfBounds(() -> norm.factors(ROWS, K, 1, full, 0, shortRow, row, 0));
            throwsOutOfBounds(() -> norm.factors(ROWS, K, 1, full, 0, row, shortRow, 0));
            throwsOutOfBounds(() -> norm.apply(ROWS, K, row, 0, row, tooShort, 0, K));
            throwsOutOfBounds(() -> norm.apply(ROWS, K, shortRow, 0, row, full, 0, K));
            throwsOutOfBounds(() -> norm.apply(ROWS, K, row, 0, shortRow, full, 0, K));
            throwsOutOfBounds(() -> norm.apply(ROWS, K, row, 0, row, full, -4, K));
        }
    }

    @Test
    void nothingIsDividedByZero() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment some = floats(arena, 64);
            for (int none : new int[] {0, -1}) {
                throwsOutOfBounds(() -> Patches.gather(none, 1, some, 0, 8, 0, 0, some, 0));
                throwsOutOfBounds(() -> Patches.scatter(none, 1, some, 0, 8, 8, 0, 0, some, 0));
                throwsOutOfBounds(() -> StridedDepthwiseConv.outputSize(7, none));
                throwsOutOfBounds(() -> WindowGather.tileRows(none, 7));
                throwsOutOfBounds(() -> WindowGather.tileRows(9, none));
            }
        }
    }

    @Test
    void windows() {
        try (Arena arena = Arena.ofConfined()) {
            Windows windows = new Windows(3, 1, 1, 1);
            MemorySegment x = floats(arena, SIDE * SIDE * K);
            MemorySegment shortX = floats(arena, SIDE * SIDE * K - 1);
            MemorySegment y = floats(arena, (long) SIDE * SIDE * K * 9);
            MemorySegment shortY = floats(arena, (long) SIDE * SIDE * K * 9 - 1);
            throwsOutOfBounds(() -> windows.gather(K, shortX, 0, SIDE, SIDE, SIDE, 0, SIDE, y, 0));
            throwsOutOfBounds(() -> windows.gather(K, x, 0, SIDE, SIDE, SIDE, 0, SIDE, shortY, 0));
            throwsOutOfBounds(() -> windows.gather(K, x, -4, SIDE, SIDE, SIDE, 0, SIDE, y, 0));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("activations")
    void activation(Activation gelu) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment full = floats(arena, ROWS * K);
            MemorySegment tooShort = floats(arena, ROWS * K - 1);
            throwsOutOfBounds(() -> gelu.forward(ROWS, K, tooShort, 0, K, full, 0, K));
            throwsOutOfBounds(() -> gelu.forward(ROWS, K, full, 0, K, tooShort, 0, K));
            throwsOutOfBounds(() -> gelu.forward(ROWS, K, full, -4, K, full, 0, K));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pools")
    void globalAveragePool(GlobalAveragePool pool) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment full = floats(arena, ROWS * K);
            MemorySegment tooShort = floats(arena, ROWS * K - 1);
            MemorySegment out = floats(arena, K);
            MemorySegment shortOut = floats(arena, K - 1);
            throwsOutOfBounds(() -> pool.forward(ROWS, K, tooShort, 0, out, 0));
            throwsOutOfBounds(() -> pool.forward(ROWS, K, full, 0, shortOut, 0));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("patchConvs")
    void patchConv(PatchConv convolution) {
        try (Arena arena = Arena.ofConfined()) {
            PatchConv.Filters filters =
                    convolution.pack(arena, Tensor.allocate(arena, N, K, 2, 2), Tensor.allocate(arena, N));
            int rows = SIDE / 2;
            MemorySegment scratch = floats(arena, filters.scratchFloats(SIDE) * rows);
            MemorySegment x = floats(arena, SIDE * SIDE * K);
            MemorySegment shortX = floats(arena, SIDE * SIDE * K - 1);
            MemorySegment y = floats(arena, (long) rows * rows * N);
            MemorySegment shortY = floats(arena, (long) rows * rows * N - 1);
            throwsOutOfBounds(() -> filters.forward(shortX, 0, SIDE, 0, rows, scratch, 0, y, 0));
            throwsOutOfBounds(() -> filters.forward(x, 0, SIDE, 0, rows, scratch, 0, shortY, 0));
        }
    }

    private static void throwsOutOfBounds(Executable call) {
        assertThrows(IndexOutOfBoundsException.class, call);
    }

    private static MemorySegment floats(Arena arena, long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }
}

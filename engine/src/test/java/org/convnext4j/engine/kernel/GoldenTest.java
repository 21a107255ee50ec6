package org.convnext4j.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every implementation against what PyTorch computed. */
@EachWidth
final class GoldenTest {
    /** Allowed error relative to the tensor's largest value: 33 roundings of it. */
    private static final double RELATIVE = 2e-6;

    /** The epsilon that the LayerNorm goldens were made with. */
    private static final float EPSILON = 1e-6f;

    static Stream<Arguments> gemms() {
        return Goldens.cross("linear", 5, Implementations.gemms(), Gemm::name);
    }

    static Stream<Arguments> depthwiseConvs() {
        return Goldens.cross("dwconv7x7", 5, Implementations.depthwiseConvs(), DepthwiseConv::name);
    }

    static Stream<Arguments> layerNorms() {
        return Goldens.cross("layernorm", 5, Implementations.layerNorms(), LayerNorm::name);
    }

    static Stream<Arguments> gelus() {
        return Goldens.cross("gelu", 6, Implementations.gelus(), Gelu::name);
    }

    static Stream<Arguments> patchConvs() {
        return Goldens.cross("patchconv", 4, Implementations.patchConvs(), PatchConv::name);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("gemms")
    void linear(Gemm gemm, String name) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Goldens.tensor(arena, name + ".x");
            Tensor y = Goldens.like(arena, name + ".y");
            MemorySegment out = y.data();
            gemm.pack(arena, Goldens.tensor(arena, name + ".weight"), Goldens.tensor(arena, name + ".bias"))
                    .forward(x.dim(0), x.data(), 0, x.dim(1), 0, y.dim(1), Gemm.Epilogue.NONE, out, out, 0, y.dim(1));
            assertGolden(gemm.name(), name, y);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("depthwiseConvs")
    void depthwiseConv(DepthwiseConv convolution, String name) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Goldens.tensor(arena, name + ".x");
            Tensor y = Goldens.like(arena, name + ".y");
            DepthwiseConv.Filters filters = convolution.pack(
                    arena, Goldens.tensor(arena, name + ".weight"), Goldens.tensor(arena, name + ".bias"));
            int height = x.dim(1);
            for (int picture = 0; picture < x.dim(0); picture++) {
                long offset = picture * (x.data().byteSize() / x.dim(0));
                filters.forward(x.data(), offset, height, x.dim(2), 0, height, y.data(), offset);
            }
            assertGolden(convolution.name(), name, y);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("layerNorms")
    void layerNorm(LayerNorm norm, String name) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Goldens.tensor(arena, name + ".x");
            Tensor y = Goldens.like(arena, name + ".y");
            MemorySegment weight = Goldens.tensor(arena, name + ".weight").data();
            MemorySegment bias = Goldens.tensor(arena, name + ".bias").data();
            int channels = x.dim(1);
            norm.forward(x.dim(0), channels, EPSILON, weight, bias, x.data(), 0, channels, y.data(), 0, channels);
            assertGolden(norm.name(), name, y);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("gelus")
    void gelu(Gelu gelu, String name) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Goldens.tensor(arena, name + ".x");
            Tensor y = Goldens.like(arena, name + ".y");
            int count = Math.toIntExact(x.elements());
            gelu.forward(1, count, x.data(), 0, count, y.data(), 0, count);
            assertGolden(gelu.name(), name, y);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("patchConvs")
    void patchConv(PatchConv convolution, String name) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Goldens.tensor(arena, name + ".x");
            Tensor y = Goldens.like(arena, name + ".y");
            PatchConv.Filters filters = convolution.pack(
                    arena, Goldens.tensor(arena, name + ".weight"), Goldens.tensor(arena, name + ".bias"));
            int rows = y.dim(1);
            MemorySegment scratch = arena.allocate(filters.scratchFloats(x.dim(2)) * rows * Float.BYTES, 64);
            for (int picture = 0; picture < x.dim(0); picture++) {
                long in = picture * (x.data().byteSize() / x.dim(0));
                long out = picture * (y.data().byteSize() / y.dim(0));
                filters.forward(x.data(), in, x.dim(2), 0, rows, scratch, 0, y.data(), out);
            }
            assertGolden(convolution.name(), name, y);
        }
    }

    private static void assertGolden(String implementation, String name, Tensor y) {
        Goldens.assertGolden(implementation, name + ".y", y, RELATIVE);
    }
}

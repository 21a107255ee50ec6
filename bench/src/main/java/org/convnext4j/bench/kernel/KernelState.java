package org.convnext4j.bench.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import org.convnext4j.bench.Shapes;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.GradientKernels;
import org.convnext4j.engine.KernelSet;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.Variant;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Where a kernel runs: one stage of one size on one backend, and seeded numbers for it to work on. */
@State(Scope.Thread)
public class KernelState {
    /** Which size. SMALL has TINY's shapes. */
    @Param({"TINY", "BASE", "LARGE", "XLARGE"})
    public Variant variant = Variant.TINY;

    /** Which stage. */
    @Param({"0", "1", "2", "3"})
    public int stage;

    /** Which implementation; with OPENBLAS, what is no matrix product is the vector kernel. */
    @Param({"SCALAR", "VECTOR", "OPENBLAS"})
    public Backend backend = Backend.VECTOR;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Arena arena = Arena.ofShared();
    private Engine engine = Engine.create(Backend.SCALAR, 1);
    private final KernelSet scalar = engine.kernels();

    /** Chooses the kernels. */
    @Setup(Level.Trial)
    public void open() {
        engine.close();
        engine = Engine.create(backend, 1);
    }

    /** Frees the memory. */
    @TearDown(Level.Trial)
    public void close() {
        engine.close();
        arena.close();
    }

    Shapes shapes() {
        return Shapes.of(variant, stage);
    }

    /** The kernels to time. */
    KernelSet kernels() {
        return engine.kernels();
    }

    /** The kernels to compare with. */
    KernelSet scalar() {
        return scalar;
    }

    /** The kernels of the backward pass to time. */
    GradientKernels gradients() {
        return engine.gradientKernels();
    }

    /** The kernels of the backward pass to compare with. */
    GradientKernels scalarGradients() {
        return GradientKernels.select(Backend.SCALAR);
    }

    Arena arena() {
        return arena;
    }

    /** Numbers between -0.5 and 0.5. */
    Tensor random(int... dims) {
        Tensor tensor = Tensor.allocate(arena, dims);
        for (long i = 0; i < tensor.elements(); i++) {
            tensor.set(i, (float) random.nextDouble() - 0.5f);
        }
        return tensor;
    }

    /** Memory for so many floats. */
    MemorySegment floats(long count) {
        return arena.allocate(count * Float.BYTES, Tensor.ALIGNMENT_BYTES);
    }
}

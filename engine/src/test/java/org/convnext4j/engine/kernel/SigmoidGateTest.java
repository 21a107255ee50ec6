package org.convnext4j.engine.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.Random;
import java.util.stream.Stream;
import org.convnext4j.engine.scalar.ScalarSigmoidGate;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.vector.VectorKernels;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** SiLU and GELU's tanh approximation against the scalar ones, and those against the formulas. */
@EachWidth
final class SigmoidGateTest {
    private static final int SWEEP = 1 << 18;

    /** What the vector implementation states, of |x|. */
    private static final double ERROR = 3e-7;

    static Stream<Arguments> gates() {
        return Stream.of(ActivationKind.GELU_TANH, ActivationKind.SILU)
                .flatMap(kind -> Implementations.sigmoidGates(kind).stream()
                        .map(gate -> Arguments.of(Named.of(gate.name() + " " + kind, gate), kind)));
    }

    @Test
    void theOracleIsTheFormula() {
        for (double x = -9; x <= 9; x += 0.37) {
            float in = (float) x;
            double tanh = Math.tanh(Math.sqrt(2 / Math.PI) * (in + 0.044715 * in * in * in));
            assertEquals(in * (1 + tanh) / 2, one(new ScalarSigmoidGate(ActivationKind.GELU_TANH), in), 1e-6);
            assertEquals(in / (1 + Math.exp(-in)), one(new ScalarSigmoidGate(ActivationKind.SILU), in), 1e-6);
        }
    }

    @Test
    void geluWithErfIsAnother() {
        assertThrows(IllegalArgumentException.class, () -> new ScalarSigmoidGate(ActivationKind.GELU));
        assertThrows(IllegalArgumentException.class, () -> VectorKernels.sigmoidGate(ActivationKind.GELU));
    }

    private static float one(Activation gate, float x) {
        return run(gate, new float[] {x})[0];
    }

    private static float[] run(Activation gate, float[] in) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor x = Tensor.of(arena, in, in.length);
            gate.forward(1, in.length, x.data(), 0, in.length, x.data(), 0, in.length);
            return x.toArray();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gates")
    void staysInBoundsAtAnyMagnitude(Activation gate, ActivationKind kind) {
        float[] in = new float[SWEEP + 12];
        for (int i = 0; i < SWEEP; i++) {
            in[i] = -20 + 40f * i / (SWEEP - 1);
        }
        float[] extremes = {0, -0f, Float.MIN_VALUE, -1e-40f, 85.9f, -86.1f, 100, -100, 1e12f, -1e12f, 3e38f, -3e38f};
        System.arraycopy(extremes, 0, in, SWEEP, extremes.length);
        float[] expected = run(new ScalarSigmoidGate(kind), in);
        double[] bounds = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            bounds[i] = ERROR * Math.abs(in[i]) + Float.MIN_VALUE;
        }
        Bounds.assertClose(gate.name() + " " + kind, expected, run(gate, in), bounds);
        assertEquals(Float.NaN, one(gate, Float.NaN));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("gates")
    void worksAtAnyLayoutAndInPlace(Activation gate, ActivationKind kind) {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int columns = Samples.any(random, Samples.CHANNELS);
            int rows = 1 + random.nextInt(9);
            String what = gate.name() + " " + kind + ", seed " + seed;
            float[] in = Samples.of(Samples.Kind.NORMAL, random, rows * columns);
            float[] same = run(gate, in);
            try (Arena arena = Arena.ofConfined()) {
                Guarded x = Guarded.strided(arena, random, rows, columns).fill(in);
                Guarded y = Guarded.strided(arena, random, rows, columns);
                gate.forward(rows, columns, x.segment(), x.bytes(), x.stride(), y.segment(), y.bytes(), y.stride());
                y.assertGuards(what);
                Bounds.assertSameBits(what, same, y.values());
                gate.forward(rows, columns, x.segment(), x.bytes(), x.stride(), x.segment(), x.bytes(), x.stride());
                x.assertGuards(what);
                Bounds.assertSameBits(what + ", in place", same, x.values());
            }
        }
    }
}

package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Steps with clipped gradients against the same steps in double, clipped as PyTorch's clip_grad_norm_ does. */
class OptimizerTest {
    private static final double CLIP = 0.05;
    private static final double RATE = 1e-2;
    private static final int STEPS = 20;

    @Test
    void clippedStepsAreThoseOfDoubles() {
        // Single precision by itself brings 3e-6 to 4e-6 of a step.
        assertTrue(differenceFrom(1e-6) < 8e-6, "of the steps: " + differenceFrom(1e-6));
        // And would not be without PyTorch's small number beside the norm.
        assertTrue(differenceFrom(0) > 3e-5, "of the steps: " + differenceFrom(0));
    }

    /** The largest difference of a parameter after 20 steps, in parts of a step. */
    private static double differenceFrom(double clipEpsilon) {
        TrainingConfig config = Patterns.config("optimizer.clipNorm=" + CLIP, "optimizer.weightDecay=0", "ema.decay=0");
        try (Engine engine = Engine.create(Backend.VECTOR, 2);
                Parameters parameters =
                        Parameters.allocate(Patterns.NETWORK, config.ema().on())) {
            Optimizer optimizer =
                    new Optimizer(engine.gradientKernels().optimizer(), engine.workers(), parameters, config);
            int count = Math.toIntExact(parameters.layout().floats());
            Random random = new Random(1);
            double[] p = new double[count];
            double[] m = new double[count];
            double[] v = new double[count];
            double[] g = new double[count];
            double[] scales = new double[count];
            // Between parameters there are gaps, whose scale stays 0.
            for (Parameter parameter : parameters.layout().parameters()) {
                for (int i = 0; i < parameter.floats(); i++) {
                    scales[Math.toIntExact(parameter.offsetFloats()) + i] = Math.exp(random.nextGaussian());
                }
            }
            double difference = 0;
            for (int step = 0; step < STEPS; step++) {
                // Norms of 0.01 to 10: most steps are clipped, each by another factor.
                double size = Math.pow(10, -2 + 3 * random.nextDouble()) / Math.sqrt(count);
                double squares = 0;
                for (int i = 0; i < count; i++) {
                    float gradient = (float) (size * scales[i] * random.nextGaussian());
                    parameters.gradients().data().setAtIndex(Tensor.FLOAT, i, gradient);
                    g[i] = gradient;
                    squares += g[i] * g[i];
                }
                double norm = Math.sqrt(squares);
                assertEquals(norm, optimizer.gradientNorm(), norm * 1e-12);
                optimizer.step(step, RATE, optimizer.gradientScale(optimizer.gradientNorm()));
                double factor = Math.min(1, CLIP / (norm + clipEpsilon));
                for (int i = 0; i < count; i++) {
                    g[i] *= factor;
                }
                ReferenceAdamW reference = new ReferenceAdamW(
                        config.optimizer().beta1(),
                        config.optimizer().beta2(),
                        config.optimizer().epsilon());
                reference.step(p, m, v, g, RATE, 0, step + 1);
            }
            for (int i = 0; i < count; i++) {
                double actual = parameters.weights().data().getAtIndex(Tensor.FLOAT, i);
                difference = Math.max(difference, Math.abs(actual - p[i]) / RATE);
            }
            return difference;
        }
    }

    @Test
    void gradientsBelowTheNormAreLeftAlone() {
        TrainingConfig config = Patterns.config("optimizer.clipNorm=1");
        try (Engine engine = Engine.create(Backend.VECTOR, 1);
                Parameters parameters =
                        Parameters.allocate(Patterns.NETWORK, config.ema().on())) {
            Optimizer optimizer =
                    new Optimizer(engine.gradientKernels().optimizer(), engine.workers(), parameters, config);
            assertEquals(1, optimizer.gradientScale(0));
            assertEquals(1, optimizer.gradientScale(0.999));
            assertEquals(1 / 2.000001, optimizer.gradientScale(2));
            TrainingConfig never = config.with(List.of("optimizer.clipNorm=0"));
            Optimizer unclipped =
                    new Optimizer(engine.gradientKernels().optimizer(), engine.workers(), parameters, never);
            assertEquals(1, unclipped.gradientScale(1e9));
        }
    }
}

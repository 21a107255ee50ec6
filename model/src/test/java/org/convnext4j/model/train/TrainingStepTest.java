package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.FormulaWeights;
import org.junit.jupiter.api.Test;

/** The step that benchmarks repeat. */
class TrainingStepTest {
    private static final int CLASSES = 5;
    private static final int BATCH = 3;
    private static final int SIZE = 37;
    private static final ConvNeXtConfig CONFIG =
            ConvNeXtConfig.of(List.of(1, 1, 2, 1), List.of(8, 12, 16, 20), CLASSES);

    private static float[] gradients(TrainingStep step) {
        return step.gradients().data().toArray(ValueLayout.JAVA_FLOAT);
    }

    /** Cross-entropy with label 0 and a smoothing of 0.1, from the logits of the other forward pass. */
    private static double lossOfInference(Engine engine) {
        try (Arena arena = Arena.ofShared();
                ConvNeXt model = ConvNeXt.of(CONFIG, FormulaWeights.of(CONFIG, 0, arena), engine)) {
            float[] logits = model.logits(FormulaWeights.input(0, arena, BATCH, 3, SIZE, SIZE));
            double loss = 0;
            for (int n = 0; n < BATCH; n++) {
                double sum = 0;
                double mean = 0;
                for (int k = 0; k < CLASSES; k++) {
                    sum += Math.exp(logits[n * CLASSES + k]);
                    mean += logits[n * CLASSES + k] / (double) CLASSES;
                }
                loss += Math.log(sum) - 0.9 * logits[n * CLASSES] - 0.1 * mean;
            }
            return loss / BATCH;
        }
    }

    @Test
    void everyStepDoesTheSame() {
        try (Engine engine = Engine.create(Backend.SCALAR, 2);
                TrainingStep step = TrainingStep.of(engine, CONFIG, BATCH, SIZE)) {
            double loss = step.forwardAndBackward();
            float[] gradients = gradients(step);
            assertEquals(lossOfInference(engine), loss, 1e-5);
            double norm = 0;
            for (float gradient : gradients) {
                norm += (double) gradient * gradient;
            }
            assertEquals(Math.sqrt(norm), step.optimize(), 1e-6 * Math.sqrt(norm));
            assertTrue(norm > 0);
            step.forward();
            step.optimize();
            assertArrayEquals(gradients, gradients(step), "neither touches the gradients");
            assertEquals(loss, step.forwardAndBackward(), "no weight has moved");
            assertArrayEquals(gradients, gradients(step));
        }
    }
}

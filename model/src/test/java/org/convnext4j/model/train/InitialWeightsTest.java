package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.KnownModel;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {
    private static final ConvNeXtConfig ATTO =
            StartingModel.trained(KnownModel.of("atto").orElseThrow().config().withClasses(10));

    private static double deviation(Tensor tensor) {
        double sum = 0;
        for (long i = 0; i < tensor.elements(); i++) {
            sum += (double) tensor.get(i) * tensor.get(i);
        }
        return Math.sqrt(sum / tensor.elements());
    }

    /** Filters of 4x4x3, 40, 160, 49 and 2x2x40 inputs; the classifier, the norms and the gammas are as ever. */
    @Test
    void filtersAreDrawnByTheirInputsIfThatIsSet() {
        TrainingConfig config = TrainingPreset.of("fashion-mnist").config().with(List.of("initialWeights=fan_in"));
        try (Parameters fresh = Parameters.fresh(ATTO, config)) {
            ParameterBlock weights = fresh.weights();
            for (Parameter parameter : weights.layout().parameters()) {
                String name = parameter.name();
                Tensor tensor = weights.tensor(parameter);
                boolean filter = parameter.shape().rank() > 1 && !name.startsWith("head");
                double inputs = (double) tensor.elements() / parameter.shape().dim(0);
                if (filter) {
                    assertEquals(1, deviation(tensor) * Math.sqrt(inputs), 0.05, name);
                }
            }
            assertEquals(0.02, deviation(weights.tensor("head.weight")), 0.001);
            assertEquals(0.1, weights.tensor("stages.0.0.gamma").get(3), 1e-7);
        }
        TrainingConfig paper = config.with(List.of("initialWeights=paper"));
        try (Parameters fresh = Parameters.fresh(ATTO, paper)) {
            assertEquals(0.02, deviation(fresh.weights().tensor("stages.0.0.pwconv1.weight")), 0.001);
        }
        assertEquals(
                InitialWeights.PAPER,
                TrainingPreset.of("tiny-1k").config().regularisation().initialWeights());
    }
}

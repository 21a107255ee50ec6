package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.ModelException;
import org.junit.jupiter.api.function.Executable;

/** A network of a few hundred parameters and states of runs that train it. */
final class Runs {
    static final ConvNeXtConfig NETWORK = ConvNeXtConfig.of(List.of(1, 1, 2, 1), List.of(2, 3, 2, 4), 3);
    static final TrainingConfig CONFIG = TrainingPreset.of("fashion-mnist").config();

    private Runs() {}

    static TrainingState state(long step, int keep) {
        return new TrainingState(
                step,
                3,
                17,
                "60000 pictures, crc 1234",
                Optional.of(new BestEpoch(2, 40, 0.1 + 0.2, 1.0 / 3)),
                new EpochTotals(17, 17.3, 0.1 + 0.2, 4.9E-324, 1.5),
                NETWORK,
                CONFIG.with(List.of("keep=" + keep)),
                List.of("cat", "\u00e9t\u00e9", "dog"),
                Map.of("command", "train --data \"x\""));
    }

    /** Numbers that follow from the step alone, in all blocks but the gradients. */
    static Parameters parameters(long step) {
        Parameters parameters = Parameters.allocate(NETWORK, true);
        fill(parameters, step);
        return parameters;
    }

    static void fill(Parameters parameters, long step) {
        SplittableRandom random = new SplittableRandom(step);
        for (ParameterBlock block : blocks(parameters)) {
            block.weights().forEach((name, tensor) -> {
                for (long i = 0; i < tensor.elements(); i++) {
                    tensor.set(i, (float) random.nextDouble(-1, 1));
                }
            });
        }
    }

    static List<ParameterBlock> blocks(Parameters parameters) {
        return List.of(
                parameters.weights(),
                parameters.firstMoments(),
                parameters.secondMoments(),
                parameters.ema().orElseThrow());
    }

    /** Whether every saved block has the bits of the other's. */
    static boolean same(Parameters one, Parameters other) {
        for (int i = 0; i < blocks(one).size(); i++) {
            if (blocks(one).get(i).data().mismatch(blocks(other).get(i).data()) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Fails unless a ModelException comes whose message has all these parts. */
    static void assertRefused(Executable action, String... parts) {
        String message =
                String.valueOf(assertThrows(ModelException.class, action).getMessage());
        for (String part : parts) {
            assertTrue(message.contains(part), () -> "no \"" + part + "\" in: " + message);
        }
    }
}

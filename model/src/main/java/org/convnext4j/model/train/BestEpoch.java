package org.convnext4j.model.train;

import java.util.Optional;

/**
 * The epoch after which the weights did best on the validation pictures.
 *
 * @param epoch its number, from 1
 * @param step steps of the optimizer made by its end
 * @param top1 share of validation pictures classified right, 0 to 1
 * @param loss mean loss over the validation pictures
 */
public record BestEpoch(int epoch, long step, double top1, double loss) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if the epoch is not positive, the step negative or the share not from 0 to 1
     */
    public BestEpoch {
        Checks.atLeast("the best epoch", epoch, 1, "1 is the first");
        Checks.atLeast("the step of the best epoch", step, 0, "0 is before the first");
        Checks.fraction("the best accuracy", top1, "leave it out before the first validation");
    }

    /**
     * Whether a validation is better than the best so far: more pictures right or, of as many, a lower loss.
     *
     * @param best so far; empty before the first validation
     */
    static boolean isBetter(Metrics metrics, Optional<BestEpoch> best) {
        return best.map(old ->
                        metrics.top1() > old.top1() || (metrics.top1() == old.top1() && metrics.loss() < old.loss()))
                .orElse(true);
    }
}

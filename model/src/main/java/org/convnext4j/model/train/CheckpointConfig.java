package org.convnext4j.model.train;

/**
 * When a run saves itself. The end of a run is always saved.
 *
 * @param everyEpochs epochs from one checkpoint to the next; 0 saves at no epoch's end
 * @param everySteps steps of the optimizer from one checkpoint to the next; 0 saves at no step
 * @param keep how many checkpoints stay; older ones are deleted when a newer one is complete
 */
public record CheckpointConfig(int everyEpochs, int everySteps, int keep) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException naming the key and the mend
     */
    public CheckpointConfig {
        Checks.atLeast("checkpoint.everyEpochs", everyEpochs, 0, "0 saves at no epoch's end");
        Checks.atLeast("checkpoint.everySteps", everySteps, 0, "0 saves at no step");
        Checks.atLeast("checkpoint.keep", keep, 1, "2 leaves one to fall back on");
    }
}

package org.convnext4j.model.roadmap;

/**
 * Where the training of a step stands.
 *
 * @param batches done
 * @param allBatches of the whole training
 * @param loss of the last batch
 */
public record RoadmapProgress(long batches, long allBatches, double loss) {}

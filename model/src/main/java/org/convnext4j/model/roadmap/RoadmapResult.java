package org.convnext4j.model.roadmap;

/**
 * What the training of a step came to.
 *
 * @param top1 share of the validation pictures classified right, 0 to 1
 * @param loss mean over the validation pictures
 * @param seconds of training, evaluations not counted
 */
public record RoadmapResult(double top1, double loss, double seconds) {}

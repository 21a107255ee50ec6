package org.convnext4j.model.roadmap;

/**
 * One step of a walk.
 *
 * @param regime the walk it belongs to
 * @param number from 0, in the order of the paper's table
 * @param name such as {@code patchify}; unique in the walk
 * @param change what it does to the step before, in a few words
 * @param network what comes out
 * @param recipe how it is trained
 * @param paperAccuracy ImageNet-1K top-1 in the paper, per cent
 * @param paperGflops multiply-adds at 224 x 224 in the paper, billions
 */
public record RoadmapStep(
        Regime regime,
        int number,
        String name,
        String change,
        RoadmapNetwork network,
        Recipe recipe,
        double paperAccuracy,
        double paperGflops) {}

package org.convnext4j.model.pass;

import org.convnext4j.engine.tensor.Tensor;

/** Checks that each picture of a batch has what the loss needs, before a pass computes anything. */
public final class Targets {
    private Targets() {}

    /**
     * Checks hard labels.
     *
     * @param images (N, ...)
     * @throws IllegalArgumentException unless there are N
     */
    public static void requireLabels(Tensor images, int[] labels) {
        int pictures = pictures(images);
        if (labels.length != pictures) {
            throw new IllegalArgumentException(
                    "there are " + labels.length + " labels for " + pictures + " pictures; give one for each");
        }
    }

    /**
     * Checks soft targets.
     *
     * @param images (N, ...)
     * @throws IllegalArgumentException unless they are (N, classes)
     */
    public static void requireTargets(Tensor images, Tensor targets, int classes) {
        int pictures = pictures(images);
        if (targets.shape().rank() != 2 || targets.dim(0) != pictures || targets.dim(1) != classes) {
            throw new IllegalArgumentException("targets must be (" + pictures + ", " + classes + "), a row for each of "
                    + pictures + " pictures, not " + targets.shape());
        }
    }

    private static int pictures(Tensor images) {
        return images.shape().rank() == 0 ? 0 : images.dim(0);
    }
}

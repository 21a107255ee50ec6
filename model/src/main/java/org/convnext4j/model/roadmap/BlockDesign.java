package org.convnext4j.model.roadmap;

import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.Norm;

/**
 * What a block computes beside its shortcut: two pointwise convolutions and a spatial one, with norms and activations;
 * source: the paper's sections 2.2 to 2.6. C is the number of channels of the stage.
 *
 * @param bottleneck which of the channels between the convolutions are more
 * @param spatial what the spatial convolution mixes
 * @param position where it stands
 * @param kernel its height and width K, odd
 * @param norm the normalisation
 * @param norms how many of them stay
 * @param activation the non-linearity
 * @param activations how many of them stay
 * @param layerScale whether the branch ends in a factor for each channel, gamma
 */
public record BlockDesign(
        Bottleneck bottleneck,
        Spatial spatial,
        Position position,
        int kernel,
        Norm norm,
        Kept norms,
        Activation activation,
        Kept activations,
        boolean layerScale) {
    /** The block of a ResNet-50. */
    public static final BlockDesign RESNET = new BlockDesign(
            Bottleneck.NARROW,
            Spatial.DENSE,
            Position.MIDDLE,
            3,
            Norm.BATCH,
            Kept.ALL,
            Activation.RELU,
            Kept.ALL,
            false);

    /** Which of the channels between the convolutions are more. */
    public enum Bottleneck {
        /** 4C, C, C, 4C: the spatial convolution sees few channels, the shortcut has many. */
        NARROW,
        /** C, 4C, 4C, C: the other way round, as in MobileNetV2. */
        INVERTED
    }

    /** What the spatial convolution mixes. */
    public enum Spatial {
        /** Pixels and channels. */
        DENSE,
        /** Pixels of each channel alone. */
        DEPTHWISE
    }

    /** Where the spatial convolution stands. */
    public enum Position {
        /** Between the two pointwise ones. */
        MIDDLE,
        /** Before them, on the channels of the block's input. */
        FIRST
    }

    /** How many of the norms or activations of a ResNet's block stay. */
    public enum Kept {
        /** A norm after every convolution; an activation after every norm, the last one after the addition. */
        ALL,
        /** One norm, after the spatial convolution; one activation, between the pointwise ones. */
        ONE
    }

    private static final int MAX_KERNEL = 11;

    /**
     * Checks that the parts fit each other.
     *
     * @throws IllegalArgumentException naming what does not
     */
    public BlockDesign {
        if (kernel < 3 || kernel > MAX_KERNEL || kernel % 2 == 0) {
            throw new IllegalArgumentException(
                    "the kernel size is " + kernel + ", but must be odd and from 3 to " + MAX_KERNEL);
        }
        boolean first = position == Position.FIRST;
        if (first && (bottleneck == Bottleneck.NARROW || spatial == Spatial.DENSE)) {
            throw new IllegalArgumentException(
                    "a spatial convolution can only stand first if it is depthwise and the bottleneck inverted");
        }
        if (!first && (norms == Kept.ONE || activations == Kept.ONE)) {
            throw new IllegalArgumentException(
                    "norms and activations can only be left out where the spatial convolution stands first");
        }
    }

    /** Whether convolutions have a bias. */
    boolean biased() {
        return norm == Norm.LAYER;
    }

    BlockDesign with(Bottleneck value) {
        return new BlockDesign(value, spatial, position, kernel, norm, norms, activation, activations, layerScale);
    }

    BlockDesign with(Spatial value) {
        return new BlockDesign(bottleneck, value, position, kernel, norm, norms, activation, activations, layerScale);
    }

    BlockDesign with(Position value) {
        return new BlockDesign(bottleneck, spatial, value, kernel, norm, norms, activation, activations, layerScale);
    }

    BlockDesign withKernel(int value) {
        return new BlockDesign(bottleneck, spatial, position, value, norm, norms, activation, activations, layerScale);
    }

    BlockDesign with(Norm value) {
        return new BlockDesign(
                bottleneck, spatial, position, kernel, value, norms, activation, activations, layerScale);
    }

    BlockDesign withNorms(Kept value) {
        return new BlockDesign(bottleneck, spatial, position, kernel, norm, value, activation, activations, layerScale);
    }

    BlockDesign with(Activation value) {
        return new BlockDesign(bottleneck, spatial, position, kernel, norm, norms, value, activations, layerScale);
    }

    BlockDesign withActivations(Kept value) {
        return new BlockDesign(bottleneck, spatial, position, kernel, norm, norms, activation, value, layerScale);
    }

    BlockDesign withLayerScale(boolean value) {
        return new BlockDesign(bottleneck, spatial, position, kernel, norm, norms, activation, activations, value);
    }
}

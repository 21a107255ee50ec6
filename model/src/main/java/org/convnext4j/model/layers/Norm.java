package org.convnext4j.model.layers;

import org.convnext4j.engine.kernel.NormKind;

/** The normalisations of the networks. */
public enum Norm {
    /** Over the batch, with running statistics for inference. Convolutions before it have no bias: it would take it out. */
    BATCH(1e-5),
    /** Over the channels of a pixel, centred and scaled, with a weight and a bias. */
    LAYER(1e-6),
    /** Over the channels of a pixel, scaled by the unbiased standard deviation but not centred: timm's simple norm. */
    SIMPLE(1e-6),
    /** Over the channels of a pixel, scaled by the root of the mean square. */
    RMS(1e-6);

    private final double epsilon;

    Norm(double epsilon) {
        this.epsilon = epsilon;
    }

    /** The one over the channels that a kernel computes. */
    public static Norm of(NormKind kind) {
        return switch (kind) {
            case LAYER -> LAYER;
            case SIMPLE -> SIMPLE;
            case RMS -> RMS;
        };
    }

    /**
     * The kernel that computes it.
     *
     * @throws IllegalStateException for {@link #BATCH}, which has kernels of its own
     */
    public NormKind kernel() {
        return switch (this) {
            case LAYER -> NormKind.LAYER;
            case SIMPLE -> NormKind.SIMPLE;
            case RMS -> NormKind.RMS;
            case BATCH -> throw new IllegalStateException("BatchNorm has kernels of its own");
        };
    }

    /** Whether it takes the mean out and adds a bias. */
    public boolean isCentred() {
        return this == BATCH || this == LAYER;
    }

    /** What is usually added to the variance: torchvision's ResNets have 1e-5, the ConvNeXts 1e-6. */
    public double epsilon() {
        return epsilon;
    }
}

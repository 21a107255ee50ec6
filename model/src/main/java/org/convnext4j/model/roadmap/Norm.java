package org.convnext4j.model.roadmap;

/** The normalisation of a network. Convolutions have no bias where it is BatchNorm, for BatchNorm would take it out again. */
public enum Norm {
    /** BatchNorm with an epsilon of 1e-5 and a momentum of 0.1, as torchvision's ResNets have it. */
    BATCH(1e-5),
    /** LayerNorm over the channels of each pixel with an epsilon of 1e-6. */
    LAYER(1e-6);

    private final double epsilon;

    Norm(double epsilon) {
        this.epsilon = epsilon;
    }

    /** What is added to the variance. */
    public double epsilon() {
        return epsilon;
    }
}

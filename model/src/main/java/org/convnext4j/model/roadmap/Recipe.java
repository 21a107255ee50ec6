package org.convnext4j.model.roadmap;

/** How a step of the walk is trained; the walk's second step changes nothing else. Source: the paper's section 2.1. */
public enum Recipe {
    /** Crops and flips alone, as ResNets were trained. */
    PLAIN,
    /** With the augmentations and the regularisation that transformers brought. */
    MODERN
}

package org.convnext4j.model.layers;

/** How the head makes one vector of the last map; timm's {@code global_pool}. */
public enum Pooling {
    /** The mean over all positions: the paper's. */
    AVERAGE,
    /** The maximum over all positions. */
    MAX,
    /** Half the sum of mean and maximum. */
    AVERAGE_MAX
}

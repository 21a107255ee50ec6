package org.convnext4j.model;

/**
 * Which weights to read where a file holds those of more than one network: training scripts keep the average of the
 * weights over the steps (EMA) beside the weights themselves.
 *
 * @param name {@code ema}, {@code raw}, or what the file calls the network: the key of a dict or the beginning of its
 *     tensors' names, without the last dot
 */
public record WeightsChoice(String name) {
    /** The averaged weights where there are any, or else the others; as timm chooses. */
    public static final WeightsChoice EMA = new WeightsChoice("ema");

    /** The weights that are no average. */
    public static final WeightsChoice RAW = new WeightsChoice("raw");

    /** What a network is called whose tensors stand at the top of the file, without any prefix. */
    public static final String TOP = "top";

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public WeightsChoice {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the weights to choose have an empty name; say ema, raw or a name");
        }
    }
}

package org.convnext4j.model;

/**
 * One class a picture may show.
 *
 * @param index the class, from 0
 * @param label its name
 * @param probability 0 to 1, as {@link ConvNeXt#probability} says: the softmax of the logits, which sums up to 1 over all
 *     classes, or of several classes per picture the sigmoid of this class's logit
 */
public record Prediction(int index, String label, float probability) {}

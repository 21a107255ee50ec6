package org.convnext4j.model;

/**
 * One class a picture may show.
 *
 * @param index the class, from 0
 * @param label its name
 * @param probability softmax of the logits, 0 to 1
 */
public record Prediction(int index, String label, float probability) {}

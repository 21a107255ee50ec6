package org.convnext4j.model.weights;

/**
 * What was assumed about a network because neither its tensors nor a configuration say it.
 *
 * @param text a sentence for the user
 * @param risky whether published networks differ in it, so that the results may well be wrong
 */
public record Assumption(String text, boolean risky) {}

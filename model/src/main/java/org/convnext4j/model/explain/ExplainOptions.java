package org.convnext4j.model.explain;

import java.util.OptionalInt;

/**
 * What of a picture is to be explained.
 *
 * @param classIndex which class, from 0; empty for the most probable
 * @param method how the evidence is found
 */
public record ExplainOptions(OptionalInt classIndex, Method method) {
    /** Where the weights of the last map's channels come from. */
    public enum Method {
        /** The gradient of the class's score: Grad-CAM, for every network that pools by the mean. */
        GRADIENT,
        /** The head's own weights, exact for the paper's head and of that alone, {@link ClassActivationMap#isOf}. */
        HEAD
    }

    /** The most probable class, by the gradient. */
    public static final ExplainOptions DEFAULT = new ExplainOptions(OptionalInt.empty(), Method.GRADIENT);

    /** A class, by the gradient. */
    public static ExplainOptions ofClass(int classIndex) {
        return new ExplainOptions(OptionalInt.of(classIndex), Method.GRADIENT);
    }

    /** The same class by another method. */
    public ExplainOptions withMethod(Method newMethod) {
        return new ExplainOptions(classIndex, newMethod);
    }
}

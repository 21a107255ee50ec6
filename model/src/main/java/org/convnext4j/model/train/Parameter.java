package org.convnext4j.model.train;

import org.convnext4j.engine.tensor.Shape;

/**
 * One tensor's place in a block of parameters.
 *
 * @param name the facebook name
 * @param shape as {@link org.convnext4j.model.weights.ConvNeXtWeights} has it
 * @param offsetFloats where it starts, a multiple of a cache line's 16
 */
public record Parameter(String name, Shape shape, long offsetFloats) {
    /** How many floats there are, padding not counted. */
    public long floats() {
        return shape.elements();
    }
}

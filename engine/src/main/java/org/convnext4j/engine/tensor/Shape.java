package org.convnext4j.engine.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The dimensions of a tensor, outermost first; empty for a scalar.
 *
 * @param dims every dimension, each 0 or more
 */
public record Shape(List<Integer> dims) {
    /**
     * Checks and copies the dimensions.
     *
     * @throws IllegalArgumentException if a dimension is negative or the element count leaves the range of a long
     */
    public Shape {
        dims = List.copyOf(dims);
        long elements = 1;
        for (int dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException("negative dimension in shape " + format(dims));
            }
            try {
                elements = Math.multiplyExact(elements, (long) dim);
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException("shape " + format(dims) + " has more elements than a long holds", e);
            }
        }
    }

    /** The shape with these dimensions. */
    public static Shape of(int... dims) {
        return new Shape(Arrays.stream(dims).boxed().toList());
    }

    /** How many dimensions there are. */
    public int rank() {
        return dims.size();
    }

    /** Dimension {@code axis}, counted from the outermost, 0. */
    public int dim(int axis) {
        return dims.get(axis);
    }

    /** The product of the dimensions; 1 for a scalar. */
    public long elements() {
        long elements = 1;
        for (int dim : dims) {
            elements *= dim;
        }
        return elements;
    }

    @Override
    public String toString() {
        return format(dims);
    }

    private static String format(List<Integer> dims) {
        return dims.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    }
}

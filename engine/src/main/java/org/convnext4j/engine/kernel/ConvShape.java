package org.convnext4j.engine.kernel;

import org.convnext4j.engine.tensor.Tensor;

/**
 * The measures of a square convolution. Output pixel o sees the input pixels {@code o stride - padding} to
 * {@code o stride - padding + kernel - 1} in each direction; what lies outside the map is 0.
 *
 * @param inputs C, the input channels
 * @param outputs N, the output channels
 * @param kernel K, height and width of the filter
 * @param stride input pixels from one output pixel to the next
 * @param padding rows and columns of zeros around the map, fewer than K
 * @param groups G: output channel n sees the C / G input channels of group {@code n / (N / G)} only; 1 is the dense
 *     convolution
 */
public record ConvShape(int inputs, int outputs, int kernel, int stride, int padding, int groups) {
    /**
     * Checks the measures.
     *
     * @throws IllegalArgumentException if one is out of range, or the groups do not divide the channels
     */
    public ConvShape {
        requirePositive("inputs", inputs);
        requirePositive("outputs", outputs);
        requirePositive("kernel", kernel);
        requirePositive("stride", stride);
        requirePositive("groups", groups);
        if (padding < 0 || padding >= kernel) {
            throw new IllegalArgumentException(
                    "padding is " + padding + ", but must be from 0 to " + (kernel - 1) + " for a kernel of " + kernel);
        }
        if (inputs % groups != 0 || outputs % groups != 0) {
            throw new IllegalArgumentException(groups + " groups do not divide " + inputs + " inputs and " + outputs
                    + " outputs; both must be multiples");
        }
    }

    /** A convolution of one group. */
    public static ConvShape dense(int inputs, int outputs, int kernel, int stride, int padding) {
        return new ConvShape(inputs, outputs, kernel, stride, padding, 1);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + ", but must be 1 or more");
        }
    }

    /**
     * Height or width of the output for that of the input: {@code (size + 2 padding - kernel) / stride + 1}, rounded
     * down.
     *
     * @throws IllegalArgumentException if no window fits into the padded map
     */
    public int outputSize(int size) {
        int room = size + 2 * padding - kernel;
        if (size < 1 || room < 0) {
            throw new IllegalArgumentException("a map of " + size + " pixels is too small for a kernel of " + kernel
                    + " with a padding of " + padding);
        }
        return room / stride + 1;
    }

    /** C / G. */
    public int groupInputs() {
        return inputs / groups;
    }

    /** N / G. */
    public int groupOutputs() {
        return outputs / groups;
    }

    /** Floats of one group's window: K K C / G. */
    public int windowFloats() {
        return Math.multiplyExact(kernel * kernel, groupInputs());
    }

    /** Whether the windows are the pixels of the input as they lie: a 1x1 kernel, stride 1, no padding. */
    public boolean pointwise() {
        return kernel == 1 && stride == 1;
    }

    /**
     * Checks a layer's weights.
     *
     * @throws IllegalArgumentException unless they are (N, C / G, K, K)
     */
    public void requireWeight(Tensor weight) {
        KernelChecks.requireShape("weight", weight, outputs, groupInputs(), kernel, kernel);
    }
}

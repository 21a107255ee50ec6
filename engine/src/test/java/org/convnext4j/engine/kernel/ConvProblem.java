package org.convnext4j.engine.kernel;

import java.util.Random;

/**
 * A convolution written as the definition has it, in double: each product of an input, a weight and an output's gradient
 * is one step of one loop, from which results and gradients alike are summed.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ConvProblem(
        ConvShape shape, int images, int height, int width, float[] x, float[] weight, float[] bias, float[] gradY) {
    /** What is done with each product: which output, input and weight it is of. */
    interface Product {
        void at(int y, int x, int weight);
    }

    static ConvProblem random(Random random, ConvShape shape, int images, int height, int width) {
        int outputs = images * shape.outputSize(height) * shape.outputSize(width) * shape.outputs();
        return new ConvProblem(
                shape,
                images,
                height,
                width,
                Samples.of(Samples.anyKind(random), random, images * height * width * shape.inputs()),
                Samples.of(Samples.Kind.NORMAL, random, shape.outputs() * shape.windowFloats()),
                Samples.of(Samples.Kind.NORMAL, random, shape.outputs()),
                Samples.of(Samples.Kind.NORMAL, random, outputs));
    }

    int outHeight() {
        return shape.outputSize(height);
    }

    int outWidth() {
        return shape.outputSize(width);
    }

    /** Floats of a row of x. */
    int line() {
        return width * shape.inputs();
    }

    /** Floats of a row of y. */
    int outLine() {
        return outWidth() * shape.outputs();
    }

    void products(Product product) {
        int kernel = shape.kernel();
        for (int y = 0; y < gradY.length; y++) {
            int n = y % shape.outputs();
            int column = y / shape.outputs() % outWidth();
            int row = y / outLine() % outHeight();
            int image = y / outLine() / outHeight();
            for (int w = 0; w < shape.windowFloats(); w++) {
                int c = n / shape.groupOutputs() * shape.groupInputs() + w / (kernel * kernel);
                int r = row * shape.stride() + w / kernel % kernel - shape.padding();
                int q = column * shape.stride() + w % kernel - shape.padding();
                if (r >= 0 && r < height && q >= 0 && q < width) {
                    product.at(
                            y, ((image * height + r) * width + q) * shape.inputs() + c, n * shape.windowFloats() + w);
                }
            }
        }
    }

    /** The loss whose gradients are asked for: y times gradY, from x, weights and biases. */
    double loss(double[][] in) {
        double[] sum = new double[1];
        products((y, i, w) -> sum[0] += in[0][i] * in[1][w] * gradY[y]);
        for (int y = 0; y < gradY.length && in.length > 2; y++) {
            sum[0] += in[2][y % shape.outputs()] * gradY[y];
        }
        return sum[0];
    }

    /** y, without the bias where there is none. */
    Sums output(boolean biased) {
        Sums sums = new Sums(gradY.length);
        for (int y = 0; y < gradY.length && biased; y++) {
            sums.add(y, bias[y % shape.outputs()]);
        }
        products((y, i, w) -> sums.add(y, (double) x[i] * weight[w]));
        return sums;
    }

    Sums inputGradient() {
        Sums sums = new Sums(x.length);
        products((y, i, w) -> sums.add(i, (double) gradY[y] * weight[w]));
        return sums;
    }

    /** The weight gradient added to what was there before. */
    Sums weightGradient(float[] before) {
        Sums sums = new Sums(weight.length);
        for (int w = 0; w < before.length; w++) {
            sums.add(w, before[w]);
        }
        products((y, i, w) -> sums.add(w, (double) gradY[y] * x[i]));
        return sums;
    }

    @Override
    public String toString() {
        return shape + " on " + images + " of " + height + "x" + width;
    }

    /** Sums with those of the terms' magnitudes. */
    static final class Sums {
        private final double[] values;
        private final double[] magnitudes;

        Sums(int count) {
            values = new double[count];
            magnitudes = new double[count];
        }

        void add(int i, double term) {
            add(i, term, Math.abs(term));
        }

        void add(int i, double value, double magnitude) {
            values[i] += value;
            magnitudes[i] += magnitude;
        }

        double value(int i) {
            return values[i];
        }

        double magnitude(int i) {
            return magnitudes[i];
        }

        /** Fails unless every value is within the relative error, measured by the magnitudes. */
        void assertClose(String what, double relative, float[] actual) {
            float[] expected = new float[values.length];
            double[] bounds = new double[values.length];
            for (int i = 0; i < values.length; i++) {
                expected[i] = (float) values[i];
                bounds[i] = magnitudes[i] * relative;
            }
            Bounds.assertClose(what, expected, actual, bounds);
        }
    }
}

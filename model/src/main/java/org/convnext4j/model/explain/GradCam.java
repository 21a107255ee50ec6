package org.convnext4j.model.explain;

import java.util.Objects;
import org.convnext4j.engine.scalar.ScalarGelu;
import org.convnext4j.engine.scalar.ScalarGeluGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.HeadPlan;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * Grad-CAM ("Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", arXiv 1610.02391) on the
 * map of the last stage: where in a picture the evidence for a class is, for every head that a ConvNeXt has.
 *
 * <p>Each channel counts with the mean over all positions of the logit's gradient by it (the paper's equation 1, without
 * the 1/Z that all channels share: the gradients are summed, so that the map is in the logit's units), and position p with
 * the weighted sum of its channels (equation 2, before its ReLU: what speaks against the class stays visible as a number).
 * Between the map and the logit there is only the head, whose gradient is written out here, in double precision.
 *
 * <p>For the paper's head {@link ClassActivationMap#of} is exact where this is a linear approximation: here the pooled
 * vector's deviation counts as a thing that a channel changes, there as a constant.
 */
final class GradCam {
    private final HeadPlan plan;
    private final @Nullable NormLayer norm;
    private final double[] normWeight;
    private final double[] normBias;
    private final @Nullable Linear hiddenLayer;
    private final Linear classifier;
    private final int channels;
    private final int pixels;

    /** (C, H, W). */
    private final float[] x;

    /**
     * For a head with a classifier.
     *
     * @param plan the head
     * @param weights its tensors
     * @param map (1, C, H, W)
     */
    GradCam(HeadPlan plan, TensorSource weights, Tensor map) {
        this.plan = plan;
        this.norm = plan.norm();
        this.channels = map.dim(1);
        this.pixels = map.dim(2) * map.dim(3);
        this.x = map.toArray();
        this.normWeight = norm == null ? new double[0] : values(weights.tensor(norm.weight()));
        this.normBias =
                norm == null || !norm.kind().isCentred() ? new double[channels] : values(weights.tensor(norm.bias()));
        this.hiddenLayer = plan.hidden() == null ? null : Linear.of(plan.hidden(), weights);
        this.classifier = Linear.of(Objects.requireNonNull(plan.classifier(), "no classifier"), weights);
    }

    /** A matrix, (N, C), and a bias, (N). */
    private record Linear(Tensor weight, Tensor bias) {
        static Linear of(LinearLayer layer, TensorSource weights) {
            return new Linear(weights.tensor(layer.weight()), weights.tensor(layer.bias()));
        }

        double of(int row, double[] vector) {
            double sum = 0;
            for (int i = 0; i < vector.length; i++) {
                sum += weight.get((long) row * vector.length + i) * vector[i];
            }
            return bias.get(row) + sum;
        }

        int outputs() {
            return weight.dim(0);
        }
    }

    private static double[] values(Tensor tensor) {
        double[] values = new double[Math.toIntExact(tensor.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.get(i);
        }
        return values;
    }

    /** See {@link ClassActivationMap#byGradient}. */
    static ClassActivationMap of(HeadPlan plan, TensorSource weights, Tensor map, int row) {
        GradCam cam = new GradCam(plan, weights, map);
        double[] byChannel = cam.gradientByChannel(row);
        float[] values = new float[cam.pixels];
        for (int p = 0; p < cam.pixels; p++) {
            double sum = 0;
            for (int c = 0; c < cam.channels; c++) {
                sum += byChannel[c] * cam.x[c * cam.pixels + p];
            }
            values[p] = (float) sum;
        }
        double mean = 0;
        for (float value : values) {
            mean += (double) value / cam.pixels;
        }
        return new ClassActivationMap(row, map.dim(2), map.dim(3), values, cam.logit(row) - mean);
    }

    /** What the classifier, or its hidden layer, takes: (C). */
    private double[] embedding() {
        double[] pooled = new double[channels];
        for (int p = 0; p < pixels; p++) {
            double[] position = position(p);
            double[] y = plan.before() == null ? position : normed(position);
            for (int c = 0; c < channels; c++) {
                pooled[c] += y[c] / pixels;
            }
        }
        return plan.after() == null ? pooled : normed(pooled);
    }

    private double[] pooled() {
        double[] pooled = new double[channels];
        for (int c = 0; c < channels; c++) {
            for (int p = 0; p < pixels; p++) {
                pooled[c] += (double) x[c * pixels + p] / pixels;
            }
        }
        return pooled;
    }

    private double[] position(int p) {
        double[] position = new double[channels];
        for (int c = 0; c < channels; c++) {
            position[c] = x[c * pixels + p];
        }
        return position;
    }

    /** What the head says of the map. */
    double logit(int row) {
        double[] input = embedding();
        if (hiddenLayer != null) {
            double[] hidden = hidden(hiddenLayer, input);
            input = new double[hidden.length];
            for (int m = 0; m < hidden.length; m++) {
                input[m] = ScalarGelu.gelu((float) hidden[m]);
            }
        }
        return classifier.of(row, input);
    }

    /** The hidden layer before its GELU: (M). */
    private static double[] hidden(Linear layer, double[] input) {
        double[] hidden = new double[layer.outputs()];
        for (int m = 0; m < hidden.length; m++) {
            hidden[m] = layer.of(m, input);
        }
        return hidden;
    }

    /** The logit's gradient by the embedding: (C). */
    private double[] gradientByEmbedding(int row) {
        double[] byInput = row(classifier.weight(), row);
        Linear layer = hiddenLayer;
        if (layer == null) {
            return byInput;
        }
        double[] hidden = hidden(layer, embedding());
        double[] gradient = new double[channels];
        for (int m = 0; m < hidden.length; m++) {
            double byHidden = byInput[m] * ScalarGeluGradient.derivative((float) hidden[m]);
            for (int c = 0; c < channels; c++) {
                gradient[c] += byHidden * layer.weight().get((long) m * channels + c);
            }
        }
        return gradient;
    }

    private static double[] row(Tensor matrix, int row) {
        double[] values = new double[matrix.dim(1)];
        for (int i = 0; i < values.length; i++) {
            values[i] = matrix.get((long) row * values.length + i);
        }
        return values;
    }

    /** The gradient by what the pooling gave: (C). */
    private double[] gradientByPooled(int row) {
        double[] gradient = gradientByEmbedding(row);
        return plan.after() == null ? gradient : backThroughNorm(pooled(), gradient);
    }

    /** The sum over all positions of the gradient by a channel: (C). The pooling gives each position 1/pixels of it. */
    double[] gradientByChannel(int row) {
        double[] byPooled = gradientByPooled(row);
        if (plan.before() == null) {
            return byPooled;
        }
        double[] sums = new double[channels];
        for (int p = 0; p < pixels; p++) {
            double[] gradient = backThroughNorm(position(p), byPooled);
            for (int c = 0; c < channels; c++) {
                sums[c] += gradient[c] / pixels;
            }
        }
        return sums;
    }

    private NormLayer norm() {
        return Objects.requireNonNull(norm, "a head without norm");
    }

    private Norm kind() {
        return norm().kind();
    }

    /** What a norm takes off each channel: the mean, or nothing. */
    private double centre(double[] v) {
        return kind() == Norm.LAYER ? mean(v) : 0;
    }

    /** What it divides by. */
    private double scale(double[] v) {
        double around = kind() == Norm.RMS ? 0 : mean(v);
        double sum = 0;
        for (double value : v) {
            sum += (value - around) * (value - around);
        }
        return Math.sqrt(sum / degrees() + norm().epsilon());
    }

    /** How many squares the scale's mean counts: the simple norm's is the unbiased variance. */
    private double degrees() {
        return kind() == Norm.SIMPLE ? channels - 1.0 : channels;
    }

    private static double mean(double[] v) {
        double sum = 0;
        for (double value : v) {
            sum += value;
        }
        return sum / v.length;
    }

    private double[] normed(double[] v) {
        double centre = centre(v);
        double scale = scale(v);
        double[] y = new double[v.length];
        for (int c = 0; c < v.length; c++) {
            y[c] = (v[c] - centre) / scale * normWeight[c] + normBias[c];
        }
        return y;
    }

    /**
     * With y = (v - centre) / s * w, s^2 = mean square of (v - around) + eps: the gradient by v is g w / s, less its mean
     * where the norm centres, less what s gives: sum(g w (v - centre)) / s^2 times ds/dv = (v - around) / (degrees s).
     */
    private double[] backThroughNorm(double[] v, double[] gradient) {
        double centre = centre(v);
        double around = kind() == Norm.RMS ? 0 : mean(v);
        double scale = scale(v);
        double product = 0;
        double sum = 0;
        for (int c = 0; c < v.length; c++) {
            double weighted = gradient[c] * normWeight[c];
            product += weighted * (v[c] - centre);
            sum += weighted;
        }
        double mean = kind() == Norm.LAYER ? sum / v.length : 0;
        double byScale = product / (scale * scale * scale * degrees());
        double[] back = new double[v.length];
        for (int c = 0; c < v.length; c++) {
            back[c] = (gradient[c] * normWeight[c] - mean) / scale - byScale * (v[c] - around);
        }
        return back;
    }
}

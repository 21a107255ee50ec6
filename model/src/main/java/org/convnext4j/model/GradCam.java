package org.convnext4j.model;

import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.scalar.ScalarGelu;
import org.convnext4j.engine.scalar.ScalarGeluGradient;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.HeadDesign.NormPlace;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.HeadWeights;

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
    private final HeadWeights weights;
    private final NormPlace place;
    private final NormKind kind;
    private final double epsilon;
    private final int channels;
    private final int pixels;

    /** (C, H, W). */
    private final float[] x;

    GradCam(HeadWeights weights, ConvNeXtConfig config, Tensor map) {
        this.weights = weights;
        this.place = config.design().head().norm();
        this.kind = config.design().norm();
        this.epsilon = config.headNormEps();
        this.channels = map.dim(1);
        this.pixels = map.dim(2) * map.dim(3);
        this.x = map.toArray();
    }

    /** See {@link ClassActivationMap#byGradient}. */
    static ClassActivationMap of(HeadWeights weights, ConvNeXtConfig config, Tensor map, int classIndex) {
        GradCam cam = new GradCam(weights, config, map);
        double[] byChannel = cam.gradientByChannel(classIndex);
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
        return new ClassActivationMap(classIndex, map.dim(2), map.dim(3), values, cam.logit(classIndex) - mean);
    }

    /** What the classifier, or its hidden layer, takes: (C). */
    private double[] embedding() {
        double[] pooled = new double[channels];
        for (int p = 0; p < pixels; p++) {
            double[] position = position(p);
            double[] y = place == NormPlace.BEFORE_POOLING ? normed(position) : position;
            for (int c = 0; c < channels; c++) {
                pooled[c] += y[c] / pixels;
            }
        }
        return place == NormPlace.AFTER_POOLING ? normed(pooled) : pooled;
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
    double logit(int classIndex) {
        double[] input = embedding();
        if (!ConvNeXtWeights.isNone(weights.hidden())) {
            double[] hidden = hidden(input);
            input = new double[hidden.length];
            for (int m = 0; m < hidden.length; m++) {
                input[m] = ScalarGelu.gelu((float) hidden[m]);
            }
        }
        return weights.linearBias().get(classIndex) + dot(weights.linear(), classIndex, input);
    }

    /** The hidden layer before its GELU: (M). */
    private double[] hidden(double[] input) {
        double[] hidden = new double[weights.hidden().dim(0)];
        for (int m = 0; m < hidden.length; m++) {
            hidden[m] = weights.hiddenBias().get(m) + dot(weights.hidden(), m, input);
        }
        return hidden;
    }

    private static double dot(Tensor matrix, int row, double[] vector) {
        double sum = 0;
        for (int i = 0; i < vector.length; i++) {
            sum += matrix.get((long) row * vector.length + i) * vector[i];
        }
        return sum;
    }

    /** The logit's gradient by the embedding: (C). */
    private double[] gradientByEmbedding(int classIndex) {
        double[] byInput = row(weights.linear(), classIndex);
        if (ConvNeXtWeights.isNone(weights.hidden())) {
            return byInput;
        }
        double[] hidden = hidden(embedding());
        double[] gradient = new double[channels];
        for (int m = 0; m < hidden.length; m++) {
            double byHidden = byInput[m] * ScalarGeluGradient.derivative((float) hidden[m]);
            for (int c = 0; c < channels; c++) {
                gradient[c] += byHidden * weights.hidden().get((long) m * channels + c);
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
    private double[] gradientByPooled(int classIndex) {
        double[] gradient = gradientByEmbedding(classIndex);
        return place == NormPlace.AFTER_POOLING ? backThroughNorm(pooled(), gradient) : gradient;
    }

    /** The sum over all positions of the gradient by a channel: (C). The pooling gives each position 1/pixels of it. */
    double[] gradientByChannel(int classIndex) {
        double[] byPooled = gradientByPooled(classIndex);
        if (place != NormPlace.BEFORE_POOLING) {
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

    /** What a norm takes off each channel: the mean, or nothing. */
    private double centre(double[] v) {
        return kind == NormKind.LAYER ? mean(v) : 0;
    }

    /** What it divides by. */
    private double scale(double[] v) {
        double around = kind == NormKind.RMS ? 0 : mean(v);
        double sum = 0;
        for (double value : v) {
            sum += (value - around) * (value - around);
        }
        return Math.sqrt(sum / degrees() + epsilon);
    }

    /** How many squares the scale's mean counts: the simple norm's is the unbiased variance. */
    private double degrees() {
        return kind == NormKind.SIMPLE ? channels - 1.0 : channels;
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
            double bias = ConvNeXtWeights.isNone(weights.normBias())
                    ? 0
                    : weights.normBias().get(c);
            y[c] = (v[c] - centre) / scale * weights.norm().get(c) + bias;
        }
        return y;
    }

    /**
     * With y = (v - centre) / s * w, s^2 = mean square of (v - around) + eps: the gradient by v is g w / s, less its mean
     * where the norm centres, less what s gives: sum(g w (v - centre)) / s^2 times ds/dv = (v - around) / (degrees s).
     */
    private double[] backThroughNorm(double[] v, double[] gradient) {
        double centre = centre(v);
        double around = kind == NormKind.RMS ? 0 : mean(v);
        double scale = scale(v);
        double product = 0;
        double sum = 0;
        for (int c = 0; c < v.length; c++) {
            double weighted = gradient[c] * weights.norm().get(c);
            product += weighted * (v[c] - centre);
            sum += weighted;
        }
        double mean = kind == NormKind.LAYER ? sum / v.length : 0;
        double byScale = product / (scale * scale * scale * degrees());
        double[] back = new double[v.length];
        for (int c = 0; c < v.length; c++) {
            back[c] = (gradient[c] * weights.norm().get(c) - mean) / scale - byScale * (v[c] - around);
        }
        return back;
    }
}

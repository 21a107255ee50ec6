package org.convnext4j.model;

import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.HeadDesign;
import org.convnext4j.model.layers.Pooling;
import org.convnext4j.model.weights.HeadWeights;

/**
 * Where in a picture the evidence for a class is: the class-activation map ("Learning Deep Features for Discriminative
 * Localization", arXiv 1512.04150), from the head's weights alone; or by Grad-CAM, {@link #byGradient}.
 *
 * <p>The head pools first and normalises the pooled vector then, so its LayerNorm stands between a position and the logit.
 * With s the standard deviation of the pooled vector, position p counts as the sum over c of
 * {@code linear[k, c] * norm[c] * (x[p, c] - mean of x[p]) / s}. The mean of that over all positions, plus
 * {@link #offset}, is the logit exactly. What is approximate is the reading of one position: s belongs to the whole
 * picture and would be another without that position; and a position of the last stage has seen far more of the picture
 * than its own 32 x 32 pixels.
 *
 * @param classIndex k
 * @param height H of the last stage's map
 * @param width W of the last stage's map
 * @param values (H, W), row-major; in the logit's units, above 0 for evidence in favour; kept, not copied
 * @param offset the part of the logit that is the same for every picture
 */
@SuppressWarnings("ArrayRecordComponent") // a value to look at, not to compare
public record ClassActivationMap(int classIndex, int height, int width, float[] values, double offset) {
    /**
     * Whether a network's head is the paper's, mean, LayerNorm, classifier, after four stages: the only one that this map
     * is of.
     */
    public static boolean isOf(ConvNeXtConfig config) {
        HeadDesign head = config.design().head();
        return config.classes() > 0
                && config.stages() == ConvNeXtConfig.STAGES
                && head.norm() == HeadDesign.NormPlace.AFTER_POOLING
                && head.hidden() == 0
                && head.pooling() == Pooling.AVERAGE
                && config.design().norm() == NormKind.LAYER;
    }

    /**
     * The map of one picture.
     *
     * @param head of a network that {@link #isOf} accepts
     * @param headNormEps the network's {@link ConvNeXtConfig#headNormEps}
     * @param stage3 (1, C3, H, W), the network's {@link Output#STAGE3}
     * @param classIndex k, 0..K-1
     * @throws IllegalArgumentException if the map is not of one picture or not of this head, or there is no such class
     */
    public static ClassActivationMap of(HeadWeights head, double headNormEps, Tensor stage3, int classIndex) {
        int channels = head.linear().dim(1);
        requireFits(stage3, channels, classIndex, head.linear().dim(0));
        int pixels = stage3.dim(2) * stage3.dim(3);
        float[] x = stage3.toArray();
        double[] weights = new double[channels];
        double offset = head.linearBias().get(classIndex);
        double weightSum = 0;
        for (int c = 0; c < channels; c++) {
            float linear = head.linear().get((long) classIndex * channels + c);
            weights[c] = (double) linear * head.norm().get(c);
            weightSum += weights[c];
            offset += (double) linear * head.normBias().get(c);
        }
        // Taking each position's mean off its channels is taking the weights' mean off the weights.
        double[] sums = new double[pixels];
        for (int c = 0; c < channels; c++) {
            double weight = weights[c] - weightSum / channels;
            for (int p = 0; p < pixels; p++) {
                sums[p] += weight * x[c * pixels + p];
            }
        }
        double deviation = deviation(x, channels, pixels, headNormEps);
        float[] values = new float[pixels];
        for (int p = 0; p < pixels; p++) {
            values[p] = (float) (sums[p] / deviation);
        }
        return new ClassActivationMap(classIndex, stage3.dim(2), stage3.dim(3), values, offset);
    }

    /**
     * The map by Grad-CAM (arXiv 1610.02391), for every head that takes the mean: each channel of the last stage's map weighs what the logit's
     * gradient says, so that it is a linear approximation where {@link #of} is exact. Not cut off at 0: what speaks
     * against the class is negative. The mean of the map plus {@link #offset} is the logit.
     *
     * @param head of a network with a classifier
     * @param config the network's
     * @param map (1, C, H, W), the network's output after its last stage
     * @param classIndex k, 0..K-1
     * @throws IllegalArgumentException if the network has no classifier, the map is not of one picture or not of this
     *     network, or there is no such class
     * @throws ModelException if the network's head pools otherwise than by the mean
     */
    public static ClassActivationMap byGradient(HeadWeights head, ConvNeXtConfig config, Tensor map, int classIndex) {
        if (config.classes() == 0) {
            throw new IllegalArgumentException(config.name() + " has no classifier, so there is no class to explain");
        }
        requireExplained(config, ExplainOptions.Method.GRADIENT);
        requireFits(map, config.dims().get(config.stages() - 1), classIndex, config.classes());
        return GradCam.of(head, config, map, classIndex);
    }

    /**
     * Checks that a network's head is one that the method explains.
     *
     * @throws ModelException if it is not
     */
    static void requireExplained(ConvNeXtConfig config, ExplainOptions.Method method) {
        if (method == ExplainOptions.Method.HEAD && !isOf(config)) {
            throw new ModelException(config.name() + " has another head than the paper's (mean, LayerNorm, classifier),"
                    + " and the method head is of that one alone; take Grad-CAM");
        }
        if (config.design().head().pooling() != Pooling.AVERAGE) {
            throw new ModelException(config.name() + " pools its last map otherwise than by the mean, and maps of the"
                    + " evidence are drawn for the mean alone");
        }
    }

    /**
     * The map of one picture from a head of one class.
     *
     * @param head with the classifier's row of class {@code classIndex} alone
     */
    static ClassActivationMap ofClassHead(
            HeadWeights head, ConvNeXtConfig config, Tensor map, int classIndex, ExplainOptions.Method method) {
        ClassActivationMap found = method == ExplainOptions.Method.HEAD
                ? of(head, config.headNormEps(), map, 0)
                : GradCam.of(head, config, map, 0);
        return new ClassActivationMap(classIndex, found.height, found.width, found.values, found.offset);
    }

    private static void requireFits(Tensor map, int channels, int classIndex, int classes) {
        if (map.shape().rank() != 4 || map.dim(0) != 1 || map.dim(1) != channels) {
            throw new IllegalArgumentException(
                    "the map has shape " + map.shape() + "; this head takes (1, " + channels + ", H, W)");
        }
        requireClass(classIndex, classes);
    }

    static void requireClass(int classIndex, int classes) {
        if (classIndex < 0 || classIndex >= classes) {
            throw new IllegalArgumentException(
                    "there is no class " + classIndex + "; the classes are 0 to " + (classes - 1));
        }
    }

    /** What the head's LayerNorm divides the pooled vector by. */
    private static double deviation(float[] x, int channels, int pixels, double eps) {
        double[] pooled = new double[channels];
        double mean = 0;
        for (int c = 0; c < channels; c++) {
            for (int p = 0; p < pixels; p++) {
                pooled[c] += x[c * pixels + p];
            }
            pooled[c] /= pixels;
            mean += pooled[c] / channels;
        }
        double variance = 0;
        for (double value : pooled) {
            variance += (value - mean) * (value - mean) / channels;
        }
        return Math.sqrt(variance + eps);
    }

    /** The class's logit: the mean over the map plus {@link #offset}. */
    public double logit() {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length + offset;
    }

    /** The most evidence in favour at a position. */
    public float most() {
        float most = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            most = Math.max(most, value);
        }
        return most;
    }

    /** The least; below 0 where something speaks against the class. */
    public float least() {
        float least = Float.POSITIVE_INFINITY;
        for (float value : values) {
            least = Math.min(least, value);
        }
        return least;
    }
}

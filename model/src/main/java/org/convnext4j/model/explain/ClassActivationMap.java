package org.convnext4j.model.explain;

import java.util.Objects;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.layers.HeadPlan;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.Pooling;
import org.convnext4j.model.layers.TensorSource;

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
    private static final int PAPERS_STAGES = 4;

    /**
     * Whether a network's head is the paper's, mean, LayerNorm, classifier, after four stages: the only one that this map
     * is of.
     */
    public static boolean isOf(NetworkPlan network) {
        HeadPlan head = HeadPlan.of(network);
        NormLayer norm = head.after();
        return head.classifier() != null
                && network.stages().size() == PAPERS_STAGES
                && head.before() == null
                && norm != null
                && norm.kind() == Norm.LAYER
                && head.hidden() == null
                && head.pool().kind() == Pooling.AVERAGE;
    }

    /**
     * The map of one picture.
     *
     * @param network a network that {@link #isOf} accepts
     * @param weights its tensors, of which those of the head are read
     * @param map (1, C, H, W), the network's output after its last stage
     * @param classIndex k, 0..K-1
     * @throws IllegalArgumentException if the map is not of one picture or not of this head, or there is no such class
     */
    public static ClassActivationMap of(NetworkPlan network, TensorSource weights, Tensor map, int classIndex) {
        HeadPlan head = HeadPlan.of(network);
        requireFits(head, map, classIndex);
        return of(head, weights, map, classIndex);
    }

    private static ClassActivationMap of(HeadPlan head, TensorSource weights, Tensor map, int row) {
        LinearLayer classifier = Objects.requireNonNull(head.classifier());
        NormLayer norm = Objects.requireNonNull(head.after());
        Tensor matrix = weights.tensor(classifier.weight());
        Tensor scale = weights.tensor(norm.weight());
        Tensor shift = weights.tensor(norm.bias());
        int channels = classifier.inputs();
        int pixels = map.dim(2) * map.dim(3);
        float[] x = map.toArray();
        double[] factors = new double[channels];
        double offset = weights.tensor(classifier.bias()).get(row);
        double sum = 0;
        for (int c = 0; c < channels; c++) {
            float linear = matrix.get((long) row * channels + c);
            factors[c] = (double) linear * scale.get(c);
            sum += factors[c];
            offset += (double) linear * shift.get(c);
        }
        // Taking each position's mean off its channels is taking the factors' mean off the factors.
        double[] sums = new double[pixels];
        for (int c = 0; c < channels; c++) {
            double factor = factors[c] - sum / channels;
            for (int p = 0; p < pixels; p++) {
                sums[p] += factor * x[c * pixels + p];
            }
        }
        double deviation = deviation(x, channels, pixels, norm.epsilon());
        float[] values = new float[pixels];
        for (int p = 0; p < pixels; p++) {
            values[p] = (float) (sums[p] / deviation);
        }
        return new ClassActivationMap(row, map.dim(2), map.dim(3), values, offset);
    }

    /**
     * The map by Grad-CAM (arXiv 1610.02391), for every head that takes the mean: each channel of the last stage's map
     * weighs what the logit's gradient says, so that it is a linear approximation where {@link #of} is exact. Not cut off at
     * 0: what speaks against the class is negative. The mean of the map plus {@link #offset} is the logit.
     *
     * @param network a network with a classifier
     * @param weights its tensors, of which those of the head are read
     * @param map (1, C, H, W), the network's output after its last stage
     * @param classIndex k, 0..K-1
     * @throws IllegalArgumentException if the network has no classifier, the map is not of one picture or not of this
     *     network, or there is no such class
     * @throws ModelException if the network's head pools otherwise than by the mean
     */
    public static ClassActivationMap byGradient(NetworkPlan network, TensorSource weights, Tensor map, int classIndex) {
        HeadPlan head = HeadPlan.of(network);
        if (head.classifier() == null) {
            throw new IllegalArgumentException(network.name() + " has no classifier, so there is no class to explain");
        }
        requireExplained(network, ExplainOptions.Method.GRADIENT);
        requireFits(head, map, classIndex);
        return GradCam.of(head, weights, map, classIndex);
    }

    /**
     * Checks that a network's head is one that the method explains.
     *
     * @throws ModelException if it is not
     */
    public static void requireExplained(NetworkPlan network, ExplainOptions.Method method) {
        if (method == ExplainOptions.Method.HEAD && !isOf(network)) {
            throw new ModelException(
                    network.name() + " has another head than the paper's (mean, LayerNorm, classifier),"
                            + " and the method head is of that one alone; take Grad-CAM");
        }
        if (HeadPlan.of(network).pool().kind() != Pooling.AVERAGE) {
            throw new ModelException(network.name() + " pools its last map otherwise than by the mean, and maps of the"
                    + " evidence are drawn for the mean alone");
        }
    }

    /**
     * The map of one picture from the tensors of a head of one class.
     *
     * @param network a network that {@link #requireExplained} accepts
     * @param head its head's tensors, with the classifier's row of class {@code classIndex} alone
     * @param map (1, C, H, W), the network's output after its last stage
     * @param classIndex of the result
     */
    public static ClassActivationMap ofClassHead(
            NetworkPlan network, TensorSource head, Tensor map, int classIndex, ExplainOptions.Method method) {
        HeadPlan plan = HeadPlan.of(network);
        ClassActivationMap found = switch (method) {
            case HEAD -> of(plan, head, map, 0);
            case GRADIENT -> GradCam.of(plan, head, map, 0);
        };
        return new ClassActivationMap(classIndex, found.height, found.width, found.values, found.offset);
    }

    private static void requireFits(HeadPlan head, Tensor map, int classIndex) {
        int channels = channels(head);
        if (map.shape().rank() != 4 || map.dim(0) != 1 || map.dim(1) != channels) {
            throw new IllegalArgumentException(
                    "the map has shape " + map.shape() + "; this head takes (1, " + channels + ", H, W)");
        }
        requireClass(classIndex, head.classes());
    }

    /** Of the map that a head with a classifier takes. */
    private static int channels(HeadPlan head) {
        LinearLayer first = head.hidden() == null ? head.classifier() : head.hidden();
        return Objects.requireNonNull(first).inputs();
    }

    /**
     * Checks that there is such a class.
     *
     * @throws IllegalArgumentException if there is not
     */
    public static void requireClass(int classIndex, int classes) {
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

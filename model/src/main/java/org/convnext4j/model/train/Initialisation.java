package org.convnext4j.model.train;

import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.TensorPlan;
import org.convnext4j.model.random.SplitMix64;

/**
 * How a network starts; source: the released models/convnext.py. Convolutions and linear layers are drawn from a normal
 * distribution of standard deviation 0.02 cut at -2 and 2, which are absolute bounds as in timm's trunc_normal_, a hundred
 * deviations away. Biases are 0, norms' weights 1, gammas one given value, a response norm's gamma and beta 0, and the classifier is
 * scaled.
 *
 * <p>Each tensor has a stream of its own: {@link SplitMix64} from the seed and the facebook name, through the polar
 * method of Marsaglia in double precision with {@link StrictMath}, so a seed gives the same bits on every machine.
 */
public final class Initialisation {
    private static final double STD = 0.02;
    private static final double BOUND = 2;
    private static final String HEAD_WEIGHT = "head.weight";
    private static final String HEAD_BIAS = "head.bias";

    private Initialisation() {}

    /** Draws a whole network with {@link InitialWeights#PAPER}. */
    public static void fresh(ParameterBlock weights, double layerScale, double headInitScale, long seed) {
        fresh(weights, InitialWeights.PAPER, layerScale, headInitScale, seed);
    }

    /**
     * Draws a whole network.
     *
     * @param weights overwritten
     * @param kind how far the filters are from 0
     * @param layerScale of every gamma
     * @param headInitScale factor of the classifier
     * @param seed of the run
     */
    public static void fresh(
            ParameterBlock weights, InitialWeights kind, double layerScale, double headInitScale, long seed) {
        for (TensorPlan plan : weights.layout().network().plan().tensors()) {
            Tensor tensor = weights.tensor(plan.name());
            switch (plan.role()) {
                case CONV_WEIGHT, LINEAR_WEIGHT -> {
                    normal(tensor, plan.name(), seed);
                    if (kind == InitialWeights.FAN_IN) {
                        scale(tensor, 1 / (STD * Math.sqrt((double) plan.fanIn())));
                    }
                }
                case GAMMA -> fill(tensor, (float) layerScale);
                case NORM_WEIGHT, RUNNING_VARIANCE -> fill(tensor, 1);
                case CONV_BIAS, LINEAR_BIAS, NORM_BIAS, RESPONSE_GAMMA, RESPONSE_BETA, RUNNING_MEAN -> fill(tensor, 0);
            }
        }
        head(weights, headInitScale, seed);
    }

    /**
     * Draws the classifier alone, as {@link #fresh} does.
     *
     * @param weights whose {@code head.weight} and {@code head.bias} are overwritten
     * @param headInitScale factor of the classifier
     * @param seed of the run
     */
    public static void head(ParameterBlock weights, double headInitScale, long seed) {
        Tensor weight = weights.tensor(HEAD_WEIGHT);
        draw(weight, SplitMix64.derive(seed, SplitMix64.hash(HEAD_WEIGHT)));
        scale(weight, headInitScale);
        fill(weights.tensor(HEAD_BIAS), 0);
    }

    private static void scale(Tensor tensor, double factor) {
        for (long i = 0; i < tensor.elements(); i++) {
            tensor.set(i, (float) (tensor.get(i) * factor));
        }
    }

    private static void fill(Tensor tensor, float value) {
        for (long i = 0; i < tensor.elements(); i++) {
            tensor.set(i, value);
        }
    }

    /**
     * Draws the filters of one convolution or linear layer.
     *
     * @param tensor overwritten
     * @param name of the tensor, which has a stream of its own
     * @param seed of the run
     */
    public static void normal(Tensor tensor, String name, long seed) {
        draw(tensor, SplitMix64.derive(seed, SplitMix64.hash(name)));
    }

    /** Pairs of independent normal numbers from points drawn evenly in the unit circle. */
    private static void draw(Tensor tensor, long seed) {
        SplitMix64 random = new SplitMix64(seed);
        long i = 0;
        while (i < tensor.elements()) {
            double x = 2 * random.nextDouble() - 1;
            double y = 2 * random.nextDouble() - 1;
            double square = x * x + y * y;
            if (square >= 1 || square == 0) {
                continue;
            }
            double scale = STD * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
            for (double value : new double[] {x * scale, y * scale}) {
                if (Math.abs(value) <= BOUND && i < tensor.elements()) {
                    tensor.set(i++, (float) value);
                }
            }
        }
    }
}

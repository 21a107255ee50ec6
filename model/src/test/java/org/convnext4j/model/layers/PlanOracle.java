package org.convnext4j.model.layers;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.convnext4j.engine.tensor.Tensor;

/** Any network in double precision, one loop after the other, to compare the engine's with. */
public final class PlanOracle {
    /** The factor of a block's branch for one picture, as stochastic depth has them. */
    public interface BranchFactor {
        double of(int block, int image);
    }

    /** (N, H, W, C); never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    public record DoubleMap(double[] values, int n, int height, int width, int channels) {
        static DoubleMap zeros(int n, int height, int width, int channels) {
            return new DoubleMap(new double[n * height * width * channels], n, height, width, channels);
        }

        int at(int image, int y, int x, int c) {
            return ((image * height + y) * width + x) * channels + c;
        }

        DoubleMap map(DoubleUnaryOperator f) {
            return new DoubleMap(Arrays.stream(values).map(f).toArray(), n, height, width, channels);
        }
    }

    private final Map<String, double[]> weights;
    private final boolean training;
    private final BranchFactor factors;

    /** With a training batch's statistics, or the running ones. */
    public PlanOracle(Map<String, double[]> weights, boolean training, BranchFactor factors) {
        this.weights = weights;
        this.training = training;
        this.factors = factors;
    }

    /** The values of tensors. */
    public static Map<String, double[]> copy(Map<String, Tensor> tensors) {
        Map<String, double[]> copy = new HashMap<>();
        tensors.forEach((name, tensor) -> {
            double[] values = new double[(int) tensor.elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.get(i);
            }
            copy.put(name, values);
        });
        return copy;
    }

    /** Pictures (N, I, H, W). */
    public static DoubleMap pictures(Tensor images) {
        DoubleMap map = DoubleMap.zeros(images.dim(0), images.dim(2), images.dim(3), images.dim(1));
        int from = 0;
        for (int n = 0; n < map.n; n++) {
            for (int c = 0; c < map.channels; c++) {
                for (int y = 0; y < map.height; y++) {
                    for (int x = 0; x < map.width; x++) {
                        map.values[map.at(n, y, x, c)] = images.get(from++);
                    }
                }
            }
        }
        return map;
    }

    /** (N, K). */
    public double[] logits(NetworkPlan network, DoubleMap pictures) {
        return run(network.layers(), pictures).values;
    }

    /** The mean cross-entropy with smoothed labels. */
    public double loss(NetworkPlan network, DoubleMap pictures, int[] labels, double smoothing) {
        double[] logits = logits(network, pictures);
        int k = logits.length / labels.length;
        double sum = 0;
        for (int n = 0; n < labels.length; n++) {
            double exps = 0;
            for (int j = 0; j < k; j++) {
                exps += Math.exp(logits[n * k + j]);
            }
            for (int j = 0; j < k; j++) {
                double target = smoothing / k + (j == labels[n] ? 1 - smoothing : 0);
                sum -= target * (logits[n * k + j] - Math.log(exps));
            }
        }
        return sum / labels.length;
    }

    private DoubleMap run(List<Layer> layers, DoubleMap x) {
        DoubleMap map = x;
        for (Layer layer : layers) {
            map = run(layer, map);
        }
        return map;
    }

    private DoubleMap run(Layer layer, DoubleMap x) {
        return switch (layer) {
            case ConvLayer conv -> conv(x, conv);
            case LinearLayer linear -> conv(x, linear.pointwise());
            case NormLayer norm -> norm.kind() == Norm.BATCH ? batchNorm(x, norm) : channelNorm(x, norm);
            case ResponseNormLayer norm -> responseNorm(x, norm);
            case ActivationLayer activation -> x.map(function(activation.kind()));
            case MaxPoolLayer pool -> maxPool(x);
            case GlobalPoolLayer pool -> globalPool(x, pool.kind());
            case LayerScaleLayer scale -> layerScale(x, get(scale.name()));
            case ResidualLayer block -> residual(x, block);
        };
    }

    private double[] get(String name) {
        double[] values = weights.get(name);
        if (values == null) {
            throw new AssertionError("no tensor " + name);
        }
        return values;
    }

    private DoubleMap conv(DoubleMap x, ConvLayer layer) {
        double[] weight = get(layer.weight());
        double[] bias = layer.biased() ? get(layer.bias()) : new double[layer.outputs()];
        return conv(x, layer, weight, bias);
    }

    /** A convolution by its definition. */
    public static DoubleMap conv(DoubleMap x, ConvLayer layer, double[] weight, double[] bias) {
        Window window = layer.window();
        int k = window.kernel();
        int inputs = layer.inputs() / layer.groups();
        DoubleMap y = DoubleMap.zeros(x.n, window.outputSize(x.height), window.outputSize(x.width), layer.outputs());
        for (int n = 0; n < y.n; n++) {
            for (int oy = 0; oy < y.height; oy++) {
                for (int ox = 0; ox < y.width; ox++) {
                    for (int o = 0; o < y.channels; o++) {
                        int first = o / (layer.outputs() / layer.groups()) * inputs;
                        double sum = bias[o];
                        for (int ky = 0; ky < k; ky++) {
                            int iy = oy * window.stride() - window.before() + ky * window.dilation();
                            for (int kx = 0; kx < k && iy >= 0 && iy < x.height; kx++) {
                                int ix = ox * window.stride() - window.before() + kx * window.dilation();
                                for (int c = 0; c < inputs && ix >= 0 && ix < x.width; c++) {
                                    sum += x.values[x.at(n, iy, ix, first + c)]
                                            * weight[((o * inputs + c) * k + ky) * k + kx];
                                }
                            }
                        }
                        y.values[y.at(n, oy, ox, o)] = sum;
                    }
                }
            }
        }
        return y;
    }

    private DoubleMap batchNorm(DoubleMap x, NormLayer layer) {
        double[] weight = get(layer.weight());
        double[] bias = get(layer.bias());
        int pixels = x.values.length / x.channels;
        DoubleMap y = DoubleMap.zeros(x.n, x.height, x.width, x.channels);
        for (int c = 0; c < x.channels; c++) {
            double mean = 0;
            double variance = 0;
            if (training) {
                for (int i = 0; i < pixels; i++) {
                    mean += x.values[i * x.channels + c] / pixels;
                }
                for (int i = 0; i < pixels; i++) {
                    variance += Math.pow(x.values[i * x.channels + c] - mean, 2) / pixels;
                }
            } else {
                mean = get(layer.runningMean())[c];
                variance = get(layer.runningVariance())[c];
            }
            for (int i = c; i < x.values.length; i += x.channels) {
                y.values[i] = (x.values[i] - mean) / Math.sqrt(variance + layer.epsilon()) * weight[c] + bias[c];
            }
        }
        return y;
    }

    private DoubleMap channelNorm(DoubleMap x, NormLayer layer) {
        double[] weight = get(layer.weight());
        double[] bias = layer.kind().isCentred() ? get(layer.bias()) : new double[layer.channels()];
        DoubleMap y = DoubleMap.zeros(x.n, x.height, x.width, x.channels);
        for (int from = 0; from < x.values.length; from += x.channels) {
            double mean = 0;
            double square = 0;
            for (int c = 0; c < x.channels; c++) {
                mean += x.values[from + c] / x.channels;
                square += Math.pow(x.values[from + c], 2) / x.channels;
            }
            double variance = 0;
            for (int c = 0; c < x.channels; c++) {
                variance += Math.pow(x.values[from + c] - mean, 2) / x.channels;
            }
            double spread = switch (layer.kind()) {
                case LAYER -> variance;
                case SIMPLE -> variance * x.channels / (x.channels - 1);
                case RMS -> square;
                case BATCH -> throw new AssertionError("not over the channels");
            };
            double centre = layer.kind().isCentred() ? mean : 0;
            for (int c = 0; c < x.channels; c++) {
                double normed = (x.values[from + c] - centre) / Math.sqrt(spread + layer.epsilon());
                y.values[from + c] = normed * weight[c] + bias[c];
            }
        }
        return y;
    }

    private DoubleMap responseNorm(DoubleMap x, ResponseNormLayer layer) {
        double[] gamma = get(layer.gamma());
        double[] beta = get(layer.beta());
        DoubleMap y = DoubleMap.zeros(x.n, x.height, x.width, x.channels);
        int each = x.values.length / x.n;
        for (int n = 0; n < x.n; n++) {
            double[] size = new double[x.channels];
            for (int i = 0; i < each; i++) {
                size[i % x.channels] += Math.pow(x.values[n * each + i], 2);
            }
            double mean = 0;
            for (int c = 0; c < x.channels; c++) {
                size[c] = Math.sqrt(size[c]);
                mean += size[c] / x.channels;
            }
            for (int i = 0; i < each; i++) {
                int c = i % x.channels;
                double value = x.values[n * each + i];
                y.values[n * each + i] =
                        value + gamma[c] * value * size[c] / (mean + ResponseNormLayer.EPSILON) + beta[c];
            }
        }
        return y;
    }

    private static DoubleUnaryOperator function(Activation kind) {
        return switch (kind) {
            case RELU -> v -> Math.max(v, 0);
            case GELU -> PlanOracle::gelu;
            case GELU_TANH -> v -> v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v))) / 2;
            case SILU -> v -> v / (1 + Math.exp(-v));
        };
    }

    /** By the series of erf that has no term of the other sign. */
    private static double gelu(double x) {
        double z = x / Math.sqrt(2);
        if (Math.abs(z) > 6) {
            return Math.max(x, 0);
        }
        double term = z;
        double sum = z;
        for (int i = 1; i < 200; i++) {
            term *= 2 * z * z / (2 * i + 1);
            sum += term;
        }
        return x * (1 + 2 / Math.sqrt(Math.PI) * Math.exp(-z * z) * sum) / 2;
    }

    /** 3x3, stride 2. */
    public static DoubleMap maxPool(DoubleMap x) {
        DoubleMap y = DoubleMap.zeros(x.n, (x.height + 1) / 2, (x.width + 1) / 2, x.channels);
        for (int n = 0; n < y.n; n++) {
            for (int oy = 0; oy < y.height; oy++) {
                for (int ox = 0; ox < y.width; ox++) {
                    for (int c = 0; c < y.channels; c++) {
                        double max = Double.NEGATIVE_INFINITY;
                        for (int iy = Math.max(0, 2 * oy - 1); iy < Math.min(x.height, 2 * oy + 2); iy++) {
                            for (int ix = Math.max(0, 2 * ox - 1); ix < Math.min(x.width, 2 * ox + 2); ix++) {
                                max = Math.max(max, x.values[x.at(n, iy, ix, c)]);
                            }
                        }
                        y.values[y.at(n, oy, ox, c)] = max;
                    }
                }
            }
        }
        return y;
    }

    private static DoubleMap layerScale(DoubleMap x, double[] gamma) {
        DoubleMap y = x.map(v -> v);
        for (int i = 0; i < y.values.length; i++) {
            y.values[i] *= gamma[i % y.channels];
        }
        return y;
    }

    private DoubleMap residual(DoubleMap x, ResidualLayer block) {
        DoubleMap branch = run(block.branch(), x);
        DoubleMap sum = run(block.shortcut(), x).map(v -> v);
        int each = sum.values.length / sum.n;
        for (int i = 0; i < sum.values.length; i++) {
            sum.values[i] += (training ? factors.of(block.number(), i / each) : 1) * branch.values[i];
        }
        return run(block.after(), sum);
    }

    /** One pixel of a map. */
    public static DoubleMap globalPool(DoubleMap x, Pooling kind) {
        DoubleMap y = DoubleMap.zeros(x.n, 1, 1, x.channels);
        int pixels = x.height * x.width;
        for (int n = 0; n < x.n; n++) {
            for (int c = 0; c < x.channels; c++) {
                double mean = 0;
                double max = Double.NEGATIVE_INFINITY;
                for (int p = 0; p < pixels; p++) {
                    double value = x.values[(n * pixels + p) * x.channels + c];
                    mean += value / pixels;
                    max = Math.max(max, value);
                }
                y.values[n * x.channels + c] = switch (kind) {
                    case AVERAGE -> mean;
                    case MAX -> max;
                    case AVERAGE_MAX -> (mean + max) / 2;
                };
            }
        }
        return y;
    }
}

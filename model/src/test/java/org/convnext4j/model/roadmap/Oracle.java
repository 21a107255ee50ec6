package org.convnext4j.model.roadmap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.convnext4j.engine.kernel.ConvShape;
import org.convnext4j.engine.tensor.Tensor;

/** Any network of the roadmap in double precision, one loop after the other, to compare the engine's with. */
final class Oracle implements Layer.Visitor<Oracle.Operation> {
    /** From one map to the next. */
    interface Operation {
        DoubleMap of(DoubleMap x);
    }

    /** (N, H, W, C); never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    record DoubleMap(double[] values, int n, int height, int width, int channels) {
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
    private final BranchFactors factors;

    Oracle(Map<String, double[]> weights, boolean training, BranchFactors factors) {
        this.weights = weights;
        this.training = training;
        this.factors = factors;
    }

    static Map<String, double[]> copy(Map<String, Tensor> tensors) {
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
    static DoubleMap pictures(Tensor images) {
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
    double[] logits(RoadmapNetwork network, DoubleMap pictures) {
        return run(network.layers(), pictures).values;
    }

    /** The mean cross-entropy with smoothed labels. */
    double loss(RoadmapNetwork network, DoubleMap pictures, int[] labels, double smoothing) {
        double[] logits = logits(network, pictures);
        int k = network.classes();
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
            map = layer.accept(this).of(map);
        }
        return map;
    }

    private double[] get(String name) {
        double[] values = weights.get(name);
        if (values == null) {
            throw new AssertionError("no tensor " + name);
        }
        return values;
    }

    @Override
    public Operation conv(ConvLayer layer) {
        double[] bias = layer.biased()
                ? get(layer.name() + ".bias")
                : new double[layer.shape().outputs()];
        return x -> conv(x, layer.shape(), get(layer.name() + ".weight"), bias);
    }

    static DoubleMap conv(DoubleMap x, ConvShape shape, double[] weight, double[] bias) {
        DoubleMap y = DoubleMap.zeros(x.n, shape.outputSize(x.height), shape.outputSize(x.width), shape.outputs());
        int k = shape.kernel();
        int inputs = shape.groupInputs();
        for (int n = 0; n < y.n; n++) {
            for (int oy = 0; oy < y.height; oy++) {
                for (int ox = 0; ox < y.width; ox++) {
                    for (int o = 0; o < y.channels; o++) {
                        int group = o / shape.groupOutputs();
                        double sum = bias[o];
                        for (int ky = 0; ky < k; ky++) {
                            int iy = oy * shape.stride() - shape.padding() + ky;
                            for (int kx = 0; kx < k && iy >= 0 && iy < x.height; kx++) {
                                int ix = ox * shape.stride() - shape.padding() + kx;
                                for (int c = 0; c < inputs && ix >= 0 && ix < x.width; c++) {
                                    sum += x.values[x.at(n, iy, ix, group * inputs + c)]
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

    @Override
    public Operation norm(NormLayer layer) {
        double[] weight = get(layer.name() + ".weight");
        double[] bias = get(layer.name() + ".bias");
        return layer.kind() == Norm.LAYER ? x -> layerNorm(x, weight, bias) : x -> batchNorm(x, layer, weight, bias);
    }

    private DoubleMap batchNorm(DoubleMap x, NormLayer layer, double[] weight, double[] bias) {
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
                mean = get(layer.name() + ".running_mean")[c];
                variance = get(layer.name() + ".running_var")[c];
            }
            for (int i = c; i < x.values.length; i += x.channels) {
                y.values[i] = (x.values[i] - mean) / Math.sqrt(variance + 1e-5) * weight[c] + bias[c];
            }
        }
        return y;
    }

    private static DoubleMap layerNorm(DoubleMap x, double[] weight, double[] bias) {
        DoubleMap y = DoubleMap.zeros(x.n, x.height, x.width, x.channels);
        for (int from = 0; from < x.values.length; from += x.channels) {
            double mean = 0;
            double variance = 0;
            for (int c = 0; c < x.channels; c++) {
                mean += x.values[from + c] / x.channels;
            }
            for (int c = 0; c < x.channels; c++) {
                variance += Math.pow(x.values[from + c] - mean, 2) / x.channels;
            }
            for (int c = 0; c < x.channels; c++) {
                y.values[from + c] = (x.values[from + c] - mean) / Math.sqrt(variance + 1e-6) * weight[c] + bias[c];
            }
        }
        return y;
    }

    @Override
    public Operation activation(ActivationLayer layer) {
        return layer.kind() == Activation.RELU ? x -> x.map(v -> Math.max(v, 0)) : x -> x.map(Oracle::gelu);
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

    @Override
    public Operation maxPool(MaxPoolLayer layer) {
        return Oracle::maxPool;
    }

    static DoubleMap maxPool(DoubleMap x) {
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

    @Override
    public Operation layerScale(LayerScaleLayer layer) {
        double[] gamma = get(layer.name());
        return x -> {
            DoubleMap y = x.map(v -> v);
            for (int i = 0; i < y.values.length; i++) {
                y.values[i] *= gamma[i % y.channels];
            }
            return y;
        };
    }

    @Override
    public Operation residual(ResidualLayer layer) {
        return x -> {
            DoubleMap branch = run(layer.branch(), x);
            DoubleMap sum = run(layer.shortcut(), x).map(v -> v);
            int each = sum.values.length / sum.n;
            for (int i = 0; i < sum.values.length; i++) {
                sum.values[i] += (training ? factors.of(layer.number(), i / each) : 1) * branch.values[i];
            }
            return run(layer.after(), sum);
        };
    }

    @Override
    public Operation averagePool(AveragePoolLayer layer) {
        return Oracle::averagePool;
    }

    static DoubleMap averagePool(DoubleMap x) {
        DoubleMap y = DoubleMap.zeros(x.n, 1, 1, x.channels);
        int pixels = x.height * x.width;
        for (int i = 0; i < x.values.length; i++) {
            y.values[i / (pixels * x.channels) * x.channels + i % x.channels] += x.values[i] / pixels;
        }
        return y;
    }

    @Override
    public Operation linear(LinearLayer layer) {
        ConvShape shape = ConvShape.dense(layer.inputs(), layer.outputs(), 1, 1, 0);
        return x -> conv(x, shape, get(layer.name() + ".weight"), get(layer.name() + ".bias"));
    }

    /** Every tensor's name in an order that does not change. */
    static List<String> names(RoadmapNetwork network) {
        return new ArrayList<>(network.shapes().keySet());
    }
}

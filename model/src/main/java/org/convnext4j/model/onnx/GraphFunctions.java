package org.convnext4j.model.onnx;

import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.ResponseNormLayer;
import org.convnext4j.model.onnx.Node.FloatAttribute;
import org.convnext4j.model.onnx.Node.IntAttribute;
import org.convnext4j.model.onnx.Node.IntsAttribute;

/** Functions of a value that take several of ONNX's operators. Each method adds them and returns the name it was given. */
final class GraphFunctions {
    private final Graph graph;
    private final Arena arena;
    /** Constants that are in the graph already. */
    private final Set<String> constants = new HashSet<>();

    /**
     * For one graph.
     *
     * @param arena for constants
     */
    GraphFunctions(Graph graph, Arena arena) {
        this.graph = graph;
        this.arena = arena;
    }

    /** One number, which the graph has once. */
    private String number(double value) {
        String name = "constant." + value;
        if (constants.add(name)) {
            graph.constant(name, Tensor.of(arena, new float[] {(float) value}, 1));
        }
        return name;
    }

    /** The numbers of some axes, which the graph has once. */
    private String axes(Long... numbers) {
        List<Long> axes = List.of(numbers);
        String name = "axes" + axes;
        if (constants.add(name)) {
            graph.add(name, "Constant", List.of(), new IntsAttribute("value_ints", axes));
        }
        return name;
    }

    private String add(String name, String x, String y) {
        return graph.add(name, "Add", List.of(x, y));
    }

    private String multiply(String name, String x, String y) {
        return graph.add(name, "Mul", List.of(x, y));
    }

    private String divide(String name, String x, String y) {
        return graph.add(name, "Div", List.of(x, y));
    }

    /** The mean over the last axis, which stays with a length of 1. */
    private String mean(String name, String x) {
        return graph.add(name, "ReduceMean", List.of(x, axes(-1L)));
    }

    /** {@code x / 2}. */
    String half(String name, String x) {
        return multiply(name, x, number(0.5));
    }

    String activation(String name, Activation kind, String x) {
        return switch (kind) {
            case RELU -> graph.add(name, "Relu", List.of(x));
            case SILU -> multiply(name, x, graph.add(name + ".sigmoid", "Sigmoid", List.of(x)));
            case GELU -> {
                String ratio = divide(name + ".div", x, number(Math.sqrt(2)));
                String erf = graph.add(name + ".erf", "Erf", List.of(ratio));
                yield half(name, multiply(name + ".mul", x, add(name + ".add", erf, number(1))));
            }
            case GELU_TANH -> {
                String square = multiply(name + ".square", x, x);
                String cube = multiply(name + ".cube", square, x);
                String inner = add(name + ".inner", x, multiply(name + ".third", cube, number(0.044715)));
                String scaled = multiply(name + ".scaled", inner, number(Math.sqrt(2 / Math.PI)));
                String tanh = graph.add(name + ".tanh", "Tanh", List.of(scaled));
                yield half(name, multiply(name + ".mul", x, add(name + ".add", tanh, number(1))));
            }
        };
    }

    /** Over the last axis. */
    String layerNorm(String name, String x, String weight, String bias, float epsilon) {
        return graph.add(
                name,
                "LayerNormalization",
                List.of(x, weight, bias),
                new IntAttribute("axis", -1),
                new FloatAttribute("epsilon", epsilon));
    }

    /** A norm over the last axis that does not centre. */
    String scaleNorm(String name, NormLayer layer, String x, String weight) {
        String spread = layer.kind() == Norm.RMS ? meanSquare(name, x) : variance(name, x, layer.channels());
        String shifted = add(name + ".epsilon", spread, number(layer.epsilon()));
        String root = graph.add(name + ".root", "Sqrt", List.of(shifted));
        return multiply(name, divide(name + ".normed", x, root), weight);
    }

    private String meanSquare(String name, String x) {
        return mean(name + ".mean_square", multiply(name + ".square", x, x));
    }

    /** The unbiased one. */
    private String variance(String name, String x, int channels) {
        String centred = graph.add(name + ".centred", "Sub", List.of(x, mean(name + ".mean", x)));
        String biased = mean(name + ".biased", multiply(name + ".square", centred, centred));
        return multiply(name + ".variance", biased, number((double) channels / (channels - 1)));
    }

    /** Of a value (N, H, W, C). */
    String responseNorm(String name, String x, String gamma, String beta) {
        String size = graph.add(name + ".size", "ReduceL2", List.of(x, axes(1L, 2L)));
        String mean = add(name + ".epsilon", mean(name + ".mean", size), number(ResponseNormLayer.EPSILON));
        String normed = multiply(name + ".normed", x, divide(name + ".ratio", size, mean));
        String scaled = add(name + ".affine", multiply(name + ".scaled", normed, gamma), beta);
        return add(name, x, scaled);
    }
}

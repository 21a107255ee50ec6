package org.convnext4j.model.onnx;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.ActivationLayer;
import org.convnext4j.model.layers.ConvLayer;
import org.convnext4j.model.layers.GlobalPoolLayer;
import org.convnext4j.model.layers.Layer;
import org.convnext4j.model.layers.LayerScaleLayer;
import org.convnext4j.model.layers.LinearLayer;
import org.convnext4j.model.layers.MapShape;
import org.convnext4j.model.layers.MaxPoolLayer;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.NormLayer;
import org.convnext4j.model.layers.ResidualLayer;
import org.convnext4j.model.layers.ResponseNormLayer;
import org.convnext4j.model.layers.StagePlan;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.layers.Window;
import org.convnext4j.model.onnx.Node.FloatAttribute;
import org.convnext4j.model.onnx.Node.IntAttribute;
import org.convnext4j.model.onnx.Node.IntsAttribute;

/**
 * A network as a graph, layer by layer as PyTorch exports the usual implementations, so that runtimes find the patterns they
 * know how to fuse: convolutions on NCHW, everything between them on NHWC, GELU spelt out with Erf.
 *
 * <p>Values are called after the layers that make them, constants after their tensors.
 */
final class GraphBuilder {
    static final String INPUT = "input";
    static final String LOGITS = "logits";
    static final String EMBEDDING = "embedding";

    private static final String BATCH = "batch";
    /** A side that every network takes; the widths of embedding and logits do not depend on it. */
    private static final int ANY_SIDE = 1 << 14;

    private static final List<Long> TO_CHANNELS_LAST = List.of(0L, 2L, 3L, 1L);
    private static final List<Long> TO_CHANNELS_FIRST = List.of(0L, 3L, 1L, 2L);

    /** The order of a value's axes. */
    private enum Axes {
        /** (N, C, H, W). */
        CHANNELS_FIRST,
        /** (N, H, W, C). */
        CHANNELS_LAST,
        /** (N, C). */
        VECTOR
    }

    /**
     * What a layer works on.
     *
     * @param name of the value
     * @param axes their order
     */
    private record Flow(String name, Axes axes) {}

    private final TensorSource weights;
    private final Graph graph;
    private final GraphFunctions functions;

    private GraphBuilder(TensorSource weights, Graph graph, Arena arena) {
        this.weights = weights;
        this.graph = graph;
        this.functions = new GraphFunctions(graph, arena);
    }

    /**
     * The graph of a network. It gives {@link #LOGITS}, if the network ends in a classifier, and {@link #EMBEDDING}, what
     * goes into that.
     *
     * @param weights read when the graph is written
     * @param arena for the few constants that are no weights
     */
    static Graph build(NetworkPlan plan, TensorSource weights, Arena arena) {
        List<Layer> head = plan.head();
        boolean classifies = head.getLast() instanceof LinearLayer;
        List<Layer> beforeEmbedding = head.subList(0, head.size() - (classifies ? 2 : 1));
        Layer embedding = head.get(beforeEmbedding.size());
        Graph graph = new Graph(plan.name(), input(plan), outputs(plan, classifies));
        GraphBuilder builder = new GraphBuilder(weights, graph, arena);

        Flow x = builder.layers("stem", plan.stem(), new Flow(INPUT, Axes.CHANNELS_FIRST));
        for (int s = 0; s < plan.stages().size(); s++) {
            StagePlan stage = plan.stages().get(s);
            x = builder.layers("stages." + s + ".downsample", stage.downsample(), x);
            for (int b = 0; b < stage.blocks().size(); b++) {
                x = builder.block("stages." + s + "." + b, stage.blocks().get(b), x);
            }
        }
        x = builder.layers("head", beforeEmbedding, x);
        x = builder.layer(EMBEDDING, embedding, x);
        if (classifies) {
            builder.layer(LOGITS, head.getLast(), x);
        }
        return graph;
    }

    private static Value input(NetworkPlan plan) {
        return new Value(INPUT, List.of(BATCH, String.valueOf(plan.inChannels()), "height", "width"));
    }

    private static List<Value> outputs(NetworkPlan plan, boolean classifies) {
        List<Value> outputs = new ArrayList<>();
        MapShape map = new MapShape(ANY_SIDE, ANY_SIDE, plan.inChannels());
        List<Layer> layers = plan.layers();
        int embedding = layers.size() - (classifies ? 2 : 1);
        map = NetworkPlan.output(layers.subList(0, embedding + 1), map);
        outputs.add(value(EMBEDDING, map));
        if (classifies) {
            outputs.addFirst(value(LOGITS, layers.getLast().output(map)));
        }
        return outputs;
    }

    private static Value value(String name, MapShape map) {
        return new Value(name, List.of(BATCH, String.valueOf(map.channels())));
    }

    private Flow layers(String name, List<Layer> layers, Flow input) {
        Flow x = input;
        for (int i = 0; i < layers.size(); i++) {
            x = layer(name + "." + i, layers.get(i), x);
        }
        return x;
    }

    /** One layer whose output is called {@code name}. */
    private Flow layer(String name, Layer layer, Flow x) {
        return switch (layer) {
            case ConvLayer conv -> conv(name, conv, x);
            case LinearLayer linear -> linear(name, linear, x);
            case NormLayer norm -> norm(name, norm, x);
            case ResponseNormLayer norm -> responseNorm(name, norm, x);
            case ActivationLayer activation ->
                new Flow(functions.activation(name, activation.kind(), x.name()), x.axes());
            case MaxPoolLayer _ -> maxPool(name, x);
            case GlobalPoolLayer pool -> globalPool(name, pool, x);
            case LayerScaleLayer scale -> layerScale(name, scale, x);
            case ResidualLayer block -> block(name, block, x);
        };
    }

    private Flow block(String name, ResidualLayer block, Flow input) {
        Flow x = channelsFirst(input);
        Flow branch = channelsFirst(layers(name + ".branch", block.branch(), x));
        Flow shortcut = channelsFirst(layers(name + ".shortcut", block.shortcut(), x));
        String sum = name + (block.after().isEmpty() ? "" : ".sum");
        Flow added = channelsFirst(graph.add(sum, "Add", List.of(shortcut.name(), branch.name())));
        return layers(name + ".after", block.after(), added);
    }

    private Flow conv(String name, ConvLayer layer, Flow input) {
        Flow x = channelsFirst(input);
        List<String> inputs = new ArrayList<>(List.of(x.name(), constant(layer.weight())));
        if (layer.biased()) {
            inputs.add(constant(layer.bias()));
        }
        Window window = layer.window();
        return channelsFirst(graph.add(
                name,
                "Conv",
                inputs,
                new IntAttribute("group", layer.groups()),
                both("strides", window.stride()),
                both("dilations", window.dilation()),
                around(window.before(), window.after())));
    }

    /** A linear layer; behind a map its matrix is stored (in,out), as MatMul wants it. */
    private Flow linear(String name, LinearLayer layer, Flow input) {
        if (input.axes() == Axes.VECTOR) {
            List<String> inputs = List.of(input.name(), constant(layer.weight()), constant(layer.bias()));
            return new Flow(graph.add(name, "Gemm", inputs, new IntAttribute("transB", 1)), Axes.VECTOR);
        }
        Flow x = channelsLast(input);
        String matrix = graph.transposedConstant(layer.weight(), weights.tensor(layer.weight()));
        String product = graph.add(name + ".matmul", "MatMul", List.of(x.name(), matrix));
        return new Flow(graph.add(name, "Add", List.of(constant(layer.bias()), product)), x.axes());
    }

    private Flow norm(String name, NormLayer layer, Flow input) {
        String weight = constant(layer.weight());
        float epsilon = (float) layer.epsilon();
        return switch (layer.kind()) {
            case BATCH -> {
                Flow x = channelsFirst(input);
                List<String> inputs = List.of(
                        x.name(),
                        weight,
                        constant(layer.bias()),
                        constant(layer.runningMean()),
                        constant(layer.runningVariance()));
                FloatAttribute eps = new FloatAttribute("epsilon", epsilon);
                yield new Flow(graph.add(name, "BatchNormalization", inputs, eps), x.axes());
            }
            case LAYER -> {
                Flow x = channelsLast(input);
                String bias = constant(layer.bias());
                yield new Flow(functions.layerNorm(name, x.name(), weight, bias, epsilon), x.axes());
            }
            case RMS, SIMPLE -> {
                Flow x = channelsLast(input);
                yield new Flow(functions.scaleNorm(name, layer, x.name(), weight), x.axes());
            }
        };
    }

    private Flow responseNorm(String name, ResponseNormLayer layer, Flow input) {
        Flow x = channelsLast(input);
        String gamma = constant(layer.gamma());
        return new Flow(functions.responseNorm(name, x.name(), gamma, constant(layer.beta())), x.axes());
    }

    private Flow layerScale(String name, LayerScaleLayer layer, Flow input) {
        Flow x = channelsLast(input);
        return new Flow(graph.add(name, "Mul", List.of(x.name(), constant(layer.name()))), x.axes());
    }

    /** 3x3 with stride 2. */
    private Flow maxPool(String name, Flow input) {
        return channelsFirst(graph.add(
                name,
                "MaxPool",
                List.of(channelsFirst(input).name()),
                both("kernel_shape", 3),
                both("strides", 2),
                around(1, 1)));
    }

    private Flow globalPool(String name, GlobalPoolLayer layer, Flow input) {
        String x = channelsFirst(input).name();
        String pooled = switch (layer.kind()) {
            case AVERAGE -> graph.add(name + ".mean", "GlobalAveragePool", List.of(x));
            case MAX -> graph.add(name + ".max", "GlobalMaxPool", List.of(x));
            case AVERAGE_MAX ->
                functions.half(
                        name + ".half",
                        graph.add(
                                name + ".sum",
                                "Add",
                                List.of(
                                        graph.add(name + ".mean", "GlobalAveragePool", List.of(x)),
                                        graph.add(name + ".max", "GlobalMaxPool", List.of(x)))));
        };
        return new Flow(graph.add(name, "Flatten", List.of(pooled), new IntAttribute("axis", 1)), Axes.VECTOR);
    }

    private String constant(String tensor) {
        Tensor values = weights.tensor(tensor);
        return graph.constant(tensor, values);
    }

    private static Flow channelsFirst(String name) {
        return new Flow(name, Axes.CHANNELS_FIRST);
    }

    private Flow channelsFirst(Flow x) {
        return x.axes() == Axes.CHANNELS_LAST
                ? channelsFirst(transpose(x.name() + ".nchw", x.name(), TO_CHANNELS_FIRST))
                : x;
    }

    private Flow channelsLast(Flow x) {
        return x.axes() == Axes.CHANNELS_FIRST
                ? new Flow(transpose(x.name() + ".nhwc", x.name(), TO_CHANNELS_LAST), Axes.CHANNELS_LAST)
                : x;
    }

    private String transpose(String name, String x, List<Long> permutation) {
        return graph.add(name, "Transpose", List.of(x), new IntsAttribute("perm", permutation));
    }

    /** The same number for height and width. */
    private static IntsAttribute both(String name, long number) {
        return new IntsAttribute(name, List.of(number, number));
    }

    private static IntsAttribute around(long before, long after) {
        return new IntsAttribute("pads", List.of(before, before, after, after));
    }
}

package org.convnext4j.model.onnx;

import java.lang.foreign.Arena;
import java.util.List;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.onnx.Node.FloatAttribute;
import org.convnext4j.model.onnx.Node.IntAttribute;
import org.convnext4j.model.onnx.Node.IntsAttribute;
import org.convnext4j.model.weights.BlockWeights;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.convnext4j.model.weights.DownsampleWeights;
import org.convnext4j.model.weights.HeadWeights;
import org.convnext4j.model.weights.StageWeights;
import org.jspecify.annotations.Nullable;

/**
 * The network as a graph, operator by operator as PyTorch exports the usual implementations, so that runtimes find the
 * patterns they know how to fuse: convolutions on NCHW, everything between them on NHWC, GELU spelt out with Erf.
 */
final class GraphBuilder {
    static final String INPUT = "input";
    static final String LOGITS = "logits";
    static final String EMBEDDING = "embedding";

    private static final List<Long> TO_CHANNELS_LAST = List.of(0L, 2L, 3L, 1L);
    private static final List<Long> TO_CHANNELS_FIRST = List.of(0L, 3L, 1L, 2L);
    private static final long DEPTHWISE_PADDING = 3;
    private static final long DOWNSAMPLE_STRIDE = 2;
    private static final String BATCH = "batch";
    private static final String HALF = "half";
    private static final String ONE = "one";
    private static final String SQRT_2 = "sqrt2";

    private final ConvNeXtConfig config;
    private final Graph graph;
    private final float epsilon;

    private GraphBuilder(ConvNeXtConfig config) {
        this.config = config;
        this.epsilon = (float) config.layerNormEps();
        Value input = new Value(INPUT, List.of(BATCH, String.valueOf(config.inChannels()), "height", "width"));
        Value logits = new Value(LOGITS, List.of(BATCH, String.valueOf(config.classes())));
        int features = config.dims().get(ConvNeXtConfig.STAGES - 1);
        Value embedding = new Value(EMBEDDING, List.of(BATCH, String.valueOf(features)));
        this.graph = new Graph(config.name(), input, List.of(logits, embedding));
    }

    /**
     * The graph of a network.
     *
     * @param weights read when the graph is written
     * @param arena for the few constants that are no weights
     */
    static Graph build(ConvNeXtConfig config, ConvNeXtWeights weights, Arena arena) {
        GraphBuilder builder = new GraphBuilder(config);
        builder.graph.constant(SQRT_2, Tensor.of(arena, new float[] {(float) Math.sqrt(2)}, 1));
        builder.graph.constant(ONE, Tensor.of(arena, new float[] {1}, 1));
        builder.graph.constant(HALF, Tensor.of(arena, new float[] {0.5f}, 1));
        String x = builder.stem(weights);
        for (int s = 0; s < weights.stages().size(); s++) {
            x = builder.stage("stages." + s, weights.stages().get(s), x);
        }
        builder.head(weights.head(), x);
        return builder.graph;
    }

    private String stem(ConvNeXtWeights weights) {
        String x = conv(
                "stem.conv",
                INPUT,
                weights.stem().conv(),
                weights.stem().convBias(),
                ints("strides", config.patchSize()));
        return normChannelsFirst(
                "stem.norm", x, weights.stem().norm(), weights.stem().normBias());
    }

    private String stage(String name, StageWeights stage, String input) {
        String x = input;
        DownsampleWeights downsample = stage.downsample();
        if (downsample != null) {
            x = normChannelsFirst(name + ".downsample.norm", x, downsample.norm(), downsample.normBias());
            x = conv(
                    name + ".downsample.conv",
                    x,
                    downsample.conv(),
                    downsample.convBias(),
                    ints("strides", DOWNSAMPLE_STRIDE));
        }
        for (int b = 0; b < stage.blocks().size(); b++) {
            x = block(name + "." + b, stage.blocks().get(b), x);
        }
        return x;
    }

    private String block(String name, BlockWeights block, String input) {
        String x = conv(
                name + ".dwconv",
                input,
                block.dwconv(),
                block.dwconvBias(),
                new IntAttribute("group", block.dwconv().dim(0)),
                new IntsAttribute(
                        "pads", List.of(DEPTHWISE_PADDING, DEPTHWISE_PADDING, DEPTHWISE_PADDING, DEPTHWISE_PADDING)));
        x = transpose(name + ".nhwc", x, TO_CHANNELS_LAST);
        x = norm(name + ".norm", x, block.norm(), block.normBias(), epsilon);
        x = linear(name + ".pwconv1", x, block.pwconv1(), block.pwconv1Bias());
        x = gelu(name + ".gelu", x);
        x = linear(name + ".pwconv2", x, block.pwconv2(), block.pwconv2Bias());
        @Nullable Tensor gamma = block.gamma();
        if (gamma != null) {
            x = graph.add(name + ".scale", "Mul", List.of(x, graph.constant(name + ".gamma", gamma)));
        }
        x = transpose(name + ".nchw", x, TO_CHANNELS_FIRST);
        return graph.add(name + ".sum", "Add", List.of(input, x));
    }

    private void head(HeadWeights head, String input) {
        String x = graph.add("head.pool", "GlobalAveragePool", List.of(input));
        x = graph.add("head.flatten", "Flatten", List.of(x), new IntAttribute("axis", 1));
        norm(EMBEDDING, x, head.norm(), head.normBias(), (float) config.headNormEps());
        graph.add(
                LOGITS,
                "Gemm",
                List.of(
                        EMBEDDING,
                        graph.constant("head.weight", head.linear()),
                        graph.constant("head.bias", head.linearBias())),
                new IntAttribute("transB", 1));
    }

    private String conv(String name, String x, Tensor weight, Tensor bias, Node.Attribute... attributes) {
        return graph.add(
                name,
                "Conv",
                List.of(x, graph.constant(name + ".weight", weight), graph.constant(name + ".bias", bias)),
                attributes);
    }

    /** A linear layer on the last axis; its matrix is stored (in,out), as MatMul wants it. */
    private String linear(String name, String x, Tensor weight, Tensor bias) {
        String product =
                graph.add(name + ".matmul", "MatMul", List.of(x, graph.transposedConstant(name + ".weight", weight)));
        return graph.add(name, "Add", List.of(graph.constant(name + ".bias", bias), product));
    }

    private String gelu(String name, String x) {
        String ratio = graph.add(name + ".div", "Div", List.of(x, SQRT_2));
        String erf = graph.add(name + ".erf", "Erf", List.of(ratio));
        String sum = graph.add(name + ".add", "Add", List.of(erf, ONE));
        String product = graph.add(name + ".mul", "Mul", List.of(x, sum));
        return graph.add(name, "Mul", List.of(product, HALF));
    }

    private String norm(String name, String x, Tensor weight, Tensor bias, float eps) {
        return graph.add(
                name,
                "LayerNormalization",
                List.of(x, graph.constant(name + ".weight", weight), graph.constant(name + ".bias", bias)),
                new IntAttribute("axis", -1),
                new FloatAttribute("epsilon", eps));
    }

    private String normChannelsFirst(String name, String x, Tensor weight, Tensor bias) {
        String last = transpose(name + ".nhwc", x, TO_CHANNELS_LAST);
        String normed = norm(name, last, weight, bias, epsilon);
        return transpose(name + ".nchw", normed, TO_CHANNELS_FIRST);
    }

    private String transpose(String name, String x, List<Long> permutation) {
        return graph.add(name, "Transpose", List.of(x), new IntsAttribute("perm", permutation));
    }

    /** The same number for both axes of a picture. */
    private static IntsAttribute ints(String name, long both) {
        return new IntsAttribute(name, List.of(both, both));
    }
}

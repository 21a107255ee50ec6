package org.convnext4j.model.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.convnext4j.engine.tensor.Shape;

/**
 * A whole network: every layer from the picture to the logits.
 *
 * @param name for messages, such as {@code convnext-tiny}
 * @param inChannels channels of the picture, 3 for RGB
 * @param stem from the picture to the first stage's map
 * @param stages in order
 * @param head from the last map to the logits, or to the embedding in a network without a classifier
 */
public record NetworkPlan(String name, int inChannels, List<Layer> stem, List<StagePlan> stages, List<Layer> head) {
    /** Copies the lists. */
    public NetworkPlan {
        stem = List.copyOf(stem);
        stages = List.copyOf(stages);
        head = List.copyOf(head);
    }

    /** The layers on the way to the logits, in the order of computation. */
    public List<Layer> layers() {
        List<Layer> layers = new ArrayList<>(stem);
        stages.forEach(stage -> layers.addAll(stage.layers()));
        layers.addAll(head);
        return List.copyOf(layers);
    }

    /** The length of what comes out: K logits, or an embedding in a network without a classifier. */
    public int outputs() {
        // Layers without channels of their own pass on those of the one before.
        int outputs = inChannels;
        for (Layer layer : layers()) {
            outputs = channels(layer, outputs);
        }
        return outputs;
    }

    private static int channels(Layer layer, int inputs) {
        return switch (layer) {
            case ConvLayer conv -> conv.outputs();
            case LinearLayer linear -> linear.outputs();
            case ResidualLayer block -> {
                int outputs = inputs;
                for (Layer inner : block.branch()) {
                    outputs = channels(inner, outputs);
                }
                yield outputs;
            }
            case NormLayer _,
                    ResponseNormLayer _,
                    ActivationLayer _,
                    MaxPoolLayer _,
                    GlobalPoolLayer _,
                    LayerScaleLayer _ -> inputs;
        };
    }

    /** Every tensor, those of the stages' norms too, in the order of computation. */
    public List<TensorPlan> tensors() {
        Stream<Layer> norms = stages.stream().map(StagePlan::norm).flatMap(Stream::ofNullable);
        return Stream.concat(layers().stream(), norms)
                .flatMap(layer -> layer.tensors().stream())
                .toList();
    }

    /** How many weights there are that are trained; running statistics are not among them. */
    public long parameters() {
        return tensors().stream()
                .filter(TensorPlan::isTrained)
                .mapToLong(tensor -> tensor.shape().elements())
                .sum();
    }

    /**
     * Multiply-adds of the convolutions and linear layers for one picture, the count the paper calls FLOPs.
     *
     * @param height of the picture, pixels
     * @param width of the picture, pixels
     * @throws IllegalArgumentException if the picture is too small for a layer
     */
    public long macs(int height, int width) {
        return macs(layers(), new MapShape(height, width, inChannels));
    }

    /**
     * Every layer with the map it works on, those of the blocks one by one: branch, shortcut, then what follows the
     * addition.
     *
     * @param height of the picture, pixels
     * @param width of the picture, pixels
     * @throws IllegalArgumentException if the picture is too small for a layer
     */
    public List<PlacedLayer> placed(int height, int width) {
        List<PlacedLayer> placed = new ArrayList<>();
        place(layers(), new MapShape(height, width, inChannels), placed);
        return List.copyOf(placed);
    }

    private static void place(List<Layer> layers, MapShape in, List<PlacedLayer> placed) {
        MapShape map = in;
        for (Layer layer : layers) {
            if (layer instanceof ResidualLayer block) {
                place(block.branch(), map, placed);
                place(block.shortcut(), map, placed);
                place(block.after(), output(block.branch(), map), placed);
            } else {
                placed.add(new PlacedLayer(layer, map));
            }
            map = layer.output(map);
        }
    }

    /**
     * Checks the shape of pictures.
     *
     * @throws IllegalArgumentException unless it is (N, I, H, W) with H and W large enough for every layer
     */
    public void requirePictures(Shape pictures) {
        if (pictures.rank() != 4 || pictures.dim(0) < 1 || pictures.dim(1) != inChannels) {
            throw new IllegalArgumentException("pictures must be (N, " + inChannels + ", H, W), not " + pictures);
        }
        placed(pictures.dim(2), pictures.dim(3));
    }

    /** The map behind some layers. */
    public static MapShape output(List<? extends Layer> layers, MapShape in) {
        MapShape map = in;
        for (Layer layer : layers) {
            map = layer.output(map);
        }
        return map;
    }

    /** The multiply-adds of some layers. */
    public static long macs(List<Layer> layers, MapShape in) {
        MapShape map = in;
        long sum = 0;
        for (Layer layer : layers) {
            sum += layer.macs(map);
            map = layer.output(map);
        }
        return sum;
    }
}

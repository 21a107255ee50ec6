package org.convnext4j.model.roadmap;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.model.layers.Activation;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.Norm;
import org.convnext4j.model.layers.TensorPlan;
import org.convnext4j.model.roadmap.BlockDesign.Bottleneck;
import org.convnext4j.model.roadmap.BlockDesign.Kept;
import org.convnext4j.model.roadmap.BlockDesign.Position;
import org.convnext4j.model.roadmap.BlockDesign.Spatial;

/**
 * A network between ResNet and ConvNeXt: four stages of blocks with a stem before and a classifier behind them. All
 * others come from {@link #resNet} by changing one part after the other. Source: the paper's section 2.
 *
 * @param stem how a picture becomes the first map
 * @param stemStride what the stem divides the picture's sides by: 4, or 2 for small pictures ({@link
 *     #forSmallPictures})
 * @param depths blocks of each of the four stages, each 1 or more
 * @param width channels of the first stage, C0; the stages have C0, 2 C0, 4 C0 and 8 C0, and blocks with a narrow
 *     bottleneck put out four times as many
 * @param block what each block computes
 * @param downsampling where the sides are halved between the stages
 * @param mapNorms whether a LayerNorm follows the stem and precedes each separate downsampling, as in the released
 *     ConvNeXt
 * @param finalNorm whether a LayerNorm follows the pooling
 * @param inChannels channels of the picture, 3 for RGB
 * @param classes outputs of the classifier, K
 */
public record RoadmapNetwork(
        Stem stem,
        int stemStride,
        List<Integer> depths,
        int width,
        BlockDesign block,
        Downsampling downsampling,
        boolean mapNorms,
        boolean finalNorm,
        int inChannels,
        int classes) {
    /** How many stages there are. */
    public static final int STAGES = 4;

    /** Channels that {@link #scaled} rounds to. */
    public static final int WIDTH_STEP = 4;

    private static final int MAX_DEPTH = 1 << 10;
    private static final int MAX_WIDTH = 1 << 13;
    private static final int MAX_CLASSES = 1 << 24;
    private static final int LARGE_STRIDE = 4;
    private static final int SMALL_STRIDE = 2;

    /**
     * Copies the list and checks the ranges.
     *
     * @throws IllegalArgumentException naming what does not fit
     */
    public RoadmapNetwork {
        depths = List.copyOf(depths);
        if (depths.size() != STAGES) {
            throw new IllegalArgumentException("depths must have " + STAGES + " entries, not " + depths.size());
        }
        depths.forEach(depth -> requireRange("each of depths", depth, MAX_DEPTH));
        requireRange("width", width, MAX_WIDTH);
        requireRange("inChannels", inChannels, MAX_WIDTH);
        requireRange("classes", classes, MAX_CLASSES);
        if (stemStride != LARGE_STRIDE && stemStride != SMALL_STRIDE) {
            throw new IllegalArgumentException(
                    "stemStride is " + stemStride + ", but must be 4, or 2 for small pictures");
        }
        if (mapNorms && (block.norm() != Norm.LAYER || downsampling != Downsampling.SEPARATE)) {
            throw new IllegalArgumentException(
                    "norms of the map after the stem and before downsampling are for separate downsampling with"
                            + " LayerNorm");
        }
    }

    /**
     * A ResNet of bottleneck blocks with 1000 classes, in the form with the stride on the 3x3 convolution ("v1.5"), which
     * is torchvision's.
     */
    public static RoadmapNetwork resNet(List<Integer> depths, int width) {
        return new RoadmapNetwork(
                Stem.RESNET,
                LARGE_STRIDE,
                depths,
                width,
                BlockDesign.RESNET,
                Downsampling.IN_BLOCK,
                false,
                false,
                3,
                1000);
    }

    /** The same with another stem. */
    public RoadmapNetwork withStem(Stem value) {
        return new RoadmapNetwork(
                value, stemStride, depths, width, block, downsampling, mapNorms, finalNorm, inChannels, classes);
    }

    /** The same with other numbers of blocks. */
    public RoadmapNetwork withDepths(List<Integer> value) {
        return new RoadmapNetwork(
                stem, stemStride, value, width, block, downsampling, mapNorms, finalNorm, inChannels, classes);
    }

    /** The same with another number of channels. */
    public RoadmapNetwork withWidth(int value) {
        return new RoadmapNetwork(
                stem, stemStride, depths, value, block, downsampling, mapNorms, finalNorm, inChannels, classes);
    }

    /** The same with another bottleneck. */
    public RoadmapNetwork withBottleneck(Bottleneck value) {
        return withBlock(block.with(value));
    }

    /** The same with another kind of spatial convolution. */
    public RoadmapNetwork withSpatial(Spatial value) {
        return withBlock(block.with(value));
    }

    /** The same with the spatial convolution elsewhere. */
    public RoadmapNetwork withPosition(Position value) {
        return withBlock(block.with(value));
    }

    /** The same with a spatial convolution of another size. */
    public RoadmapNetwork withKernel(int value) {
        return withBlock(block.withKernel(value));
    }

    /** The same with another normalisation. */
    public RoadmapNetwork withNorm(Norm value) {
        return withBlock(block.with(value));
    }

    /** The same with all norms of a block, or one. */
    public RoadmapNetwork withNorms(Kept value) {
        return withBlock(block.withNorms(value));
    }

    /** The same with another activation. */
    public RoadmapNetwork withActivation(Activation value) {
        return withBlock(block.with(value));
    }

    /** The same with all activations of a block, or one. */
    public RoadmapNetwork withActivations(Kept value) {
        return withBlock(block.withActivations(value));
    }

    /** The same with or without a gamma in its blocks. */
    public RoadmapNetwork withLayerScale(boolean value) {
        return withBlock(block.withLayerScale(value));
    }

    /** The same with other blocks. */
    public RoadmapNetwork withBlock(BlockDesign value) {
        return new RoadmapNetwork(
                stem, stemStride, depths, width, value, downsampling, mapNorms, finalNorm, inChannels, classes);
    }

    /** The same with downsampling elsewhere. */
    public RoadmapNetwork withDownsampling(Downsampling value) {
        return new RoadmapNetwork(
                stem, stemStride, depths, width, block, value, mapNorms, finalNorm, inChannels, classes);
    }

    /** The same with or without norms of the map after the stem and before downsampling. */
    public RoadmapNetwork withMapNorms(boolean value) {
        return new RoadmapNetwork(
                stem, stemStride, depths, width, block, downsampling, value, finalNorm, inChannels, classes);
    }

    /** The same with or without a norm after the pooling. */
    public RoadmapNetwork withFinalNorm(boolean value) {
        return new RoadmapNetwork(
                stem, stemStride, depths, width, block, downsampling, mapNorms, value, inChannels, classes);
    }

    /** The same for another number of classes. */
    public RoadmapNetwork withClasses(int value) {
        return new RoadmapNetwork(
                stem, stemStride, depths, width, block, downsampling, mapNorms, finalNorm, inChannels, value);
    }

    /**
     * The same for pictures of about 32 pixels, of which a stem with stride 4 would leave nothing for the last stage. All
     * of the stem is halved and nothing else is touched: the 4x4 patches with stride 4 become 2x2 with stride 2, and the
     * 7x7 convolution with stride 2 becomes 3x3 with stride 1, with the max pooling after it as it was. So each step of
     * the walk still changes what it changes in the paper.
     */
    public RoadmapNetwork forSmallPictures() {
        return new RoadmapNetwork(
                stem, SMALL_STRIDE, depths, width, block, downsampling, mapNorms, finalNorm, inChannels, classes);
    }

    /**
     * The same with {@code factor} times the width, rounded to a multiple of {@link #WIDTH_STEP} and at least that.
     *
     * @throws IllegalArgumentException if the factor is not above 0, or the width becomes too large
     */
    public RoadmapNetwork scaled(double factor) {
        if (!(factor > 0 && factor * width <= MAX_WIDTH)) {
            throw new IllegalArgumentException("a width of " + width + " times " + factor + " is not in 1.." + MAX_WIDTH
                    + "; 1 leaves it as it is");
        }
        return withWidth((int) Math.max(WIDTH_STEP, WIDTH_STEP * Math.round(factor * width / WIDTH_STEP)));
    }

    /** Its layers from the picture to the logits. */
    public NetworkPlan plan() {
        return RoadmapPlan.of(this);
    }

    /** How many blocks there are in all stages. */
    public int blocks() {
        return depths.stream().mapToInt(Integer::intValue).sum();
    }

    /** The smallest height and width, pixels, that leave every stage at least one position. */
    public int minimumSide() {
        return stemStride << (STAGES - 1);
    }

    /** How many weights there are that are trained; running statistics are not among them. */
    public long parameters() {
        return plan().parameters();
    }

    /** Every tensor by its name, in the order of the layers. */
    public Map<String, TensorPlan> tensors() {
        Map<String, TensorPlan> byName = new LinkedHashMap<>();
        plan().tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
        return byName;
    }

    /** Every tensor's shape by its name, in the order of the layers. */
    public Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        tensors().forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    /**
     * Multiply-adds of the convolutions and the classifier for one picture, the count the paper calls FLOPs.
     *
     * @param height of the picture, pixels
     * @param width of the picture, pixels
     * @throws IllegalArgumentException if a side is below {@link #minimumSide}
     */
    public long macs(int height, int width) {
        requireSides(height, width);
        return plan().macs(height, width);
    }

    /** Refuses pictures that are too small. */
    void requireSides(int height, int width) {
        if (Math.min(height, width) < minimumSide()) {
            throw new IllegalArgumentException("a picture of " + height + "x" + width + " is too small; " + name()
                    + " needs at least " + minimumSide() + "x" + minimumSide());
        }
    }

    /** Like {@code roadmap-3.3.9.3-96}, from depths and width. */
    public String name() {
        return "roadmap-" + depths.stream().map(String::valueOf).collect(Collectors.joining(".")) + "-" + width;
    }

    private static void requireRange(String what, int number, int max) {
        if (number < 1 || number > max) {
            throw new IllegalArgumentException(what + " must lie in 1.." + max + ", not " + number);
        }
    }
}

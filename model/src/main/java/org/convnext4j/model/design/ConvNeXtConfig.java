package org.convnext4j.model.design;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.convnext4j.model.layers.NetworkPlan;

/**
 * The shape of a ConvNeXt: everything the weights' shapes follow from, and what they do not tell, such as the two
 * epsilons.
 *
 * @param depths blocks of each stage, each 1 or more; four stages, or one in an isotropic network
 * @param dims channels of each stage, each 1 or more
 * @param classes outputs of the head, K; 0 for a network without a classifier
 * @param inChannels channels of the picture, 3 for RGB
 * @param patchSize the stem's stride, which is also the kernel of a stem of one convolution, see {@link #patchKernel}; 4 in
 *     every published model but the isotropic ones, which have 16
 * @param layerScale whether the blocks have a gamma
 * @param layerNormEps added to the variance in the stem's, blocks' and downsamples' norms
 * @param headNormEps added to the variance in the head's norm
 * @param design in what the network differs from the paper's
 */
public record ConvNeXtConfig(
        List<Integer> depths,
        List<Integer> dims,
        int classes,
        int inChannels,
        int patchSize,
        boolean layerScale,
        double layerNormEps,
        double headNormEps,
        Design design) {
    /** How many stages there are, but for the isotropic networks, which have one. */
    public static final int STAGES = 4;

    /**
     * The epsilon that nearly all published models were trained with, in every norm. Hugging Face's code runs the head's
     * with 1e-12, which moves the logits of its published models by about 2e-6; {@link #withHeadNormEps} does as much.
     */
    public static final double LAYER_NORM_EPS = 1e-6;

    private static final int MAX_DEPTH = 1 << 16;
    private static final int MAX_WIDTH = 1 << 24;
    private static final int OVERLAP_STRIDE = 4;
    private static final int MAX_DILATED = 3;

    /** A third dilated stage serves patches so large that the network cannot have this stride without. */
    private static final int LEAST_OUTPUT_STRIDE = 8;

    /**
     * Checks and copies the lists.
     *
     * @throws IllegalArgumentException if a list does not have an entry for each stage or a number is out of range
     */
    public ConvNeXtConfig {
        depths = List.copyOf(depths);
        dims = List.copyOf(dims);
        boolean isotropic = depths.size() == 1 && dims.size() == 1;
        requireStages("depths", depths, isotropic ? 1 : STAGES, MAX_DEPTH);
        requireStages("dims", dims, isotropic ? 1 : STAGES, MAX_WIDTH);
        requireRange("classes", classes, 0, MAX_WIDTH);
        requireRange("inChannels", inChannels, 1, MAX_WIDTH);
        requireRange("patchSize", patchSize, 1, 1 << 10);
        requireEps("layerNormEps", layerNormEps);
        requireEps("headNormEps", headNormEps);
        requireStages("kernelSizes", design.kernelSizes(), depths.size(), MAX_WIDTH);
        requireRange("dilatedStages", design.dilatedStages(), 0, isotropic ? 0 : MAX_DILATED);
        for (int stage : design.normedStages()) {
            requireRange("each of normedStages", stage, 0, depths.size() - 1);
        }
        if (design.stem().kind().overlaps() && patchSize != OVERLAP_STRIDE) {
            throw new IllegalArgumentException(
                    "an overlapping stem has a stride of " + OVERLAP_STRIDE + ", so patchSize cannot be " + patchSize);
        }
        if (design.stem().kind() == StemKind.PATCH_HALVED && patchSize % 2 != 0) {
            throw new IllegalArgumentException("a halved stem has an even stride, so patchSize cannot be " + patchSize);
        }
    }

    /** A network of the paper's design. */
    public ConvNeXtConfig(
            List<Integer> depths,
            List<Integer> dims,
            int classes,
            int inChannels,
            int patchSize,
            boolean layerScale,
            double layerNormEps,
            double headNormEps) {
        this(depths, dims, classes, inChannels, patchSize, layerScale, layerNormEps, headNormEps, Design.PAPER);
    }

    /** A size of the paper with 1000 classes, RGB input, layer scale and the published epsilon. */
    public static ConvNeXtConfig of(Variant variant) {
        return of(variant.depths(), variant.dims(), 1000);
    }

    /** These depths, dims and classes, with RGB input, patches of 4, layer scale and the published epsilon. */
    public static ConvNeXtConfig of(List<Integer> depths, List<Integer> dims, int classes) {
        return new ConvNeXtConfig(depths, dims, classes, 3, 4, true, LAYER_NORM_EPS, LAYER_NORM_EPS);
    }

    /** The same network with another number of classes. */
    public ConvNeXtConfig withClasses(int newClasses) {
        return new ConvNeXtConfig(
                depths, dims, newClasses, inChannels, patchSize, layerScale, layerNormEps, headNormEps, design);
    }

    /** The same network with or without a gamma in its blocks. */
    public ConvNeXtConfig withLayerScale(boolean newLayerScale) {
        return new ConvNeXtConfig(
                depths, dims, classes, inChannels, patchSize, newLayerScale, layerNormEps, headNormEps, design);
    }

    /** The same network with another epsilon in all norms but the head's. */
    public ConvNeXtConfig withLayerNormEps(double newLayerNormEps) {
        return new ConvNeXtConfig(
                depths, dims, classes, inChannels, patchSize, layerScale, newLayerNormEps, headNormEps, design);
    }

    /** The same network with another epsilon in the head's norm. */
    public ConvNeXtConfig withHeadNormEps(double newHeadNormEps) {
        return new ConvNeXtConfig(
                depths, dims, classes, inChannels, patchSize, layerScale, layerNormEps, newHeadNormEps, design);
    }

    /** The same sizes in another design. */
    public ConvNeXtConfig withDesign(Design newDesign) {
        return new ConvNeXtConfig(
                depths, dims, classes, inChannels, patchSize, layerScale, layerNormEps, headNormEps, newDesign);
    }

    /**
     * The same network with an output stride of 8, 16 or 32 (for patches of 4): its last stages dilate their convolutions
     * rather than halve the map, as timm's {@code output_stride} has it. The weights stay as they are.
     *
     * @param outputStride input pixels from one position of the last map to the next
     * @throws IllegalArgumentException if the network cannot have it
     */
    public ConvNeXtConfig withOutputStride(int outputStride) {
        List<String> possible = new ArrayList<>();
        for (int dilated = 0; dilated <= (stages() == 1 ? 0 : MAX_DILATED); dilated++) {
            ConvNeXtConfig config = withDesign(design.withDilatedStages(dilated));
            if (dilated == MAX_DILATED && config.outputStride() < LEAST_OUTPUT_STRIDE) {
                break;
            }
            if (config.outputStride() == outputStride) {
                return config;
            }
            possible.add(String.valueOf(config.outputStride()));
        }
        String last = possible.remove(possible.size() - 1);
        throw new IllegalArgumentException(name() + " cannot have an output stride of " + outputStride
                + "; it can have " + (possible.isEmpty() ? "" : String.join(", ", possible) + " and ") + last);
    }

    /** Side of the stem's patches: its stride, or half of that where a downsampling follows them in the stem. */
    public int patchKernel() {
        return design.stem().kind() == StemKind.PATCH_HALVED ? patchSize / 2 : patchSize;
    }

    /** How many stages there are: 4, or 1 in an isotropic network. */
    public int stages() {
        return depths.size();
    }

    /** Input pixels from one position of a stage's map to the next. */
    public int stride(int stage) {
        return patchSize << Math.min(stage, stages() - 1 - design.dilatedStages());
    }

    /** Input pixels from one position of the last map to the next. */
    public int outputStride() {
        return stride(stages() - 1);
    }

    /** Pixels from tap to tap in a stage's depthwise convolutions: 1 unless the stage is dilated. */
    public int dilation(int stage) {
        return 1 << Math.max(0, stage - (stages() - 1 - design.dilatedStages()));
    }

    /**
     * Height or width of a stage's map. Sides that a stride does not divide are floored, but by an overlapping stem, which
     * rounds up.
     *
     * @param stage from 0
     * @param side of the picture, pixels
     */
    public int side(int stage, int side) {
        int first = design.stem().kind().overlaps() ? Math.ceilDiv(Math.ceilDiv(side, 2), 2) : side / patchSize;
        return first >> Math.min(stage, stages() - 1 - design.dilatedStages());
    }

    /** The smallest height and width, pixels, that leave every stage at least one position. */
    public int minimumSide() {
        int stride = outputStride();
        return design.stem().kind().overlaps() ? stride - OVERLAP_STRIDE + 1 : stride;
    }

    /** Length of an embedding: the outputs of the head's hidden layer, or else the last channels. */
    public int embeddingSize() {
        int hidden = design.head().hidden();
        return hidden > 0 ? hidden : dims.get(stages() - 1);
    }

    /** The size of the paper that this is, whatever its classes; empty if it is none or of another design. */
    public Optional<Variant> variant() {
        for (Variant variant : Variant.values()) {
            if (patchSize == 4
                    && design.isPapers()
                    && variant.depths().equals(depths)
                    && variant.dims().equals(dims)) {
                return Optional.of(variant);
            }
        }
        return Optional.empty();
    }

    /**
     * {@code convnext-tiny}, {@code convnextv2-atto} and so on, or else depths, dims and what sets the network apart, such
     * as {@code convnext-1.2.3.1-16.24.40.72} and {@code convnext-1.1.2.1-16.24.32.48-ols-hnf}.
     */
    public String name() {
        return KnownModel.of(this).map(KnownModel::name).orElseGet(() -> NetworkNames.describe(this));
    }

    /** How many blocks there are in all stages. */
    public int blocks() {
        return depths.stream().mapToInt(Integer::intValue).sum();
    }

    /** Its layers from the picture to the logits. */
    public NetworkPlan plan() {
        return ConvNeXtPlan.of(this);
    }

    /** How many parameters the network has, gammas and biases included. */
    public long parameters() {
        return plan().parameters();
    }

    /**
     * Multiply-adds of the convolutions and linear layers for one picture, the count the paper calls FLOPs, at the sides
     * that {@link #side} gives.
     *
     * @param height of the picture, pixels
     * @param width of the picture, pixels
     * @throws IllegalArgumentException if a side is below {@link #minimumSide}
     */
    public long macs(int height, int width) {
        if (height < minimumSide() || width < minimumSide()) {
            throw new IllegalArgumentException("a picture of " + height + "x" + width + " is too small; " + name()
                    + " needs at least " + minimumSide() + "x" + minimumSide());
        }
        return plan().macs(height, width);
    }

    private static void requireStages(String what, List<Integer> numbers, int stages, int max) {
        if (numbers.size() != stages) {
            throw new IllegalArgumentException(what + " must have " + stages + " entries, not " + numbers.size());
        }
        for (int number : numbers) {
            requireRange("each of " + what, number, 1, max);
        }
    }

    private static void requireRange(String what, int number, int min, int max) {
        if (number < min || number > max) {
            throw new IllegalArgumentException(what + " must lie in " + min + ".." + max + ", not " + number);
        }
    }

    private static void requireEps(String what, double eps) {
        if (!(eps >= 0) || Double.isInfinite(eps)) {
            throw new IllegalArgumentException(what + " must be a finite number of 0 or more, not " + eps);
        }
    }
}

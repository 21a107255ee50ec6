package org.convnext4j.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The shape of a ConvNeXt: everything the weights' shapes follow from, and the two epsilons they do not tell.
 *
 * @param depths blocks of each of the four stages, each 1 or more
 * @param dims channels of each of the four stages, each 1 or more
 * @param classes outputs of the head, K
 * @param inChannels channels of the picture, 3 for RGB
 * @param patchSize side and stride of the stem's convolution, 4 in every published model
 * @param layerScale whether the blocks have a gamma
 * @param layerNormEps added to the variance in the stem's, blocks' and downsamples' LayerNorm
 * @param headNormEps added to the variance in the head's LayerNorm
 */
public record ConvNeXtConfig(
        List<Integer> depths,
        List<Integer> dims,
        int classes,
        int inChannels,
        int patchSize,
        boolean layerScale,
        double layerNormEps,
        double headNormEps) {
    /** How many stages there are. */
    public static final int STAGES = 4;

    /**
     * The epsilon that the published models were trained with, in every LayerNorm. Hugging Face's code runs the head's
     * with 1e-12, which moves the logits of its published models by about 2e-6; {@link #withHeadNormEps} does as much.
     */
    public static final double LAYER_NORM_EPS = 1e-6;

    private static final int MAX_DEPTH = 1 << 16;
    private static final int MAX_WIDTH = 1 << 24;
    private static final int KERNEL = 7 * 7;

    /**
     * Checks and copies the lists.
     *
     * @throws IllegalArgumentException if a list does not have four entries or a number is out of range
     */
    public ConvNeXtConfig {
        depths = List.copyOf(depths);
        dims = List.copyOf(dims);
        requireStages("depths", depths, MAX_DEPTH);
        requireStages("dims", dims, MAX_WIDTH);
        requireRange("classes", classes, MAX_WIDTH);
        requireRange("inChannels", inChannels, MAX_WIDTH);
        requireRange("patchSize", patchSize, 1 << 10);
        requireEps("layerNormEps", layerNormEps);
        requireEps("headNormEps", headNormEps);
    }

    /** A published size with 1000 classes, RGB input, layer scale and the published epsilon. */
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
                depths, dims, newClasses, inChannels, patchSize, layerScale, layerNormEps, headNormEps);
    }

    /** The same network with or without a gamma in its blocks. */
    public ConvNeXtConfig withLayerScale(boolean newLayerScale) {
        return new ConvNeXtConfig(
                depths, dims, classes, inChannels, patchSize, newLayerScale, layerNormEps, headNormEps);
    }

    /** The same network with another epsilon in the head's LayerNorm. */
    public ConvNeXtConfig withHeadNormEps(double newHeadNormEps) {
        return new ConvNeXtConfig(
                depths, dims, classes, inChannels, patchSize, layerScale, layerNormEps, newHeadNormEps);
    }

    /** The published size with these depths, dims and patches of 4; empty if there is none. */
    public Optional<Variant> variant() {
        for (Variant variant : Variant.values()) {
            if (patchSize == 4
                    && variant.depths().equals(depths)
                    && variant.dims().equals(dims)) {
                return Optional.of(variant);
            }
        }
        return Optional.empty();
    }

    /** {@code convnext-tiny} and so on, or {@code convnext-1.2.3.1-16.24.40.72} from depths and dims. */
    public String name() {
        return "convnext-" + variant().map(Variant::label).orElseGet(() -> dotted(depths) + "-" + dotted(dims));
    }

    /** How many blocks there are in all stages. */
    public int blocks() {
        return depths.stream().mapToInt(Integer::intValue).sum();
    }

    /** The smallest height and width, pixels, that leave every stage at least one position. */
    public int minimumSide() {
        return patchSize << (STAGES - 1);
    }

    /** How many parameters the network has, gammas and biases included. */
    public long parameters() {
        long first = dims.get(0);
        long last = dims.get(STAGES - 1);
        long sum = first * inChannels * patchSize * patchSize + 3 * first;
        for (int s = 0; s < STAGES; s++) {
            long c = dims.get(s);
            if (s > 0) {
                long in = dims.get(s - 1);
                sum += 2 * in + 4 * in * c + c;
            }
            sum += depths.get(s) * (8 * c * c + (layerScale ? 58 : 57) * c);
        }
        return sum + 2 * last + last * classes + classes;
    }

    /**
     * Multiply-adds of the convolutions and linear layers for one picture, the count the paper calls FLOPs. Sides that
     * a stride does not divide are floored, as the network does.
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
        long h = height / patchSize;
        long w = width / patchSize;
        long sum = h * w * inChannels * patchSize * patchSize * dims.get(0);
        for (int s = 0; s < STAGES; s++) {
            long c = dims.get(s);
            if (s > 0) {
                h /= 2;
                w /= 2;
                sum += h * w * 4 * dims.get(s - 1) * c;
            }
            sum += depths.get(s) * h * w * (KERNEL * c + 8 * c * c);
        }
        return sum + (long) dims.get(STAGES - 1) * classes;
    }

    private static String dotted(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining("."));
    }

    private static void requireStages(String what, List<Integer> numbers, int max) {
        if (numbers.size() != STAGES) {
            throw new IllegalArgumentException(what + " must have " + STAGES + " entries, not " + numbers.size());
        }
        for (int number : numbers) {
            requireRange("each of " + what, number, max);
        }
    }

    private static void requireRange(String what, int number, int max) {
        if (number < 1 || number > max) {
            throw new IllegalArgumentException(what + " must lie in 1.." + max + ", not " + number);
        }
    }

    private static void requireEps(String what, double eps) {
        if (!(eps >= 0) || Double.isInfinite(eps)) {
            throw new IllegalArgumentException(what + " must be a finite number of 0 or more, not " + eps);
        }
    }
}

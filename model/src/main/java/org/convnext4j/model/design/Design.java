package org.convnext4j.model.design;

import java.util.List;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;

/**
 * What sets the relatives of ConvNeXt apart from the paper's. Source: timm's models/convnext.py, the released
 * ConvNeXt-V2 and models/convnext_isotropic.py, and Hugging Face's ConvNextBackbone.
 *
 * @param stem how the picture becomes the first map
 * @param norm the kind of all norms
 * @param activation between the pointwise convolutions
 * @param kernelSizes height and width of each stage's depthwise convolutions, odd
 * @param responseNorm whether the blocks have global response normalisation, as ConvNeXt V2's have
 * @param head what comes before the classifier
 * @param normedStages stages, from 0, whose maps have a norm of their own for those who use the network as a backbone
 * @param dilatedStages how many stages, counted from the last, keep the resolution of the one before them and dilate their
 *     depthwise convolutions instead
 * @param pointwiseAsConv whether timm stores the pointwise convolutions as 1x1 convolutions rather than as linear layers;
 *     what is computed is the same
 */
public record Design(
        StemDesign stem,
        NormKind norm,
        ActivationKind activation,
        List<Integer> kernelSizes,
        boolean responseNorm,
        HeadDesign head,
        List<Integer> normedStages,
        int dilatedStages,
        boolean pointwiseAsConv) {
    /** The paper's kernel size. */
    public static final int KERNEL = 7;

    /** The paper's ConvNeXt. */
    public static final Design PAPER = new Design(
            StemDesign.PAPER,
            NormKind.LAYER,
            ActivationKind.GELU,
            List.of(KERNEL, KERNEL, KERNEL, KERNEL),
            false,
            HeadDesign.PAPER,
            List.of(),
            0,
            false);

    /** The largest kernel size. */
    public static final int MAX_KERNEL = 127;

    /**
     * Checks and copies the lists.
     *
     * @throws IllegalArgumentException if a kernel size is even or out of range
     */
    public Design {
        kernelSizes = List.copyOf(kernelSizes);
        normedStages = normedStages.stream().distinct().sorted().toList();
        for (int kernel : kernelSizes) {
            if (kernel < 1 || kernel > MAX_KERNEL || kernel % 2 == 0) {
                throw new IllegalArgumentException(
                        "a kernel size must be odd and in 1.." + MAX_KERNEL + ", not " + kernel);
            }
        }
    }

    /** Whether it computes what the paper's computes, however its weights are stored. */
    public boolean isPapers() {
        return withPointwiseAsConv(false).equals(PAPER);
    }

    /** The same with another stem. */
    public Design withStem(StemDesign newStem) {
        return new Design(
                newStem,
                norm,
                activation,
                kernelSizes,
                responseNorm,
                head,
                normedStages,
                dilatedStages,
                pointwiseAsConv);
    }

    /** The same with other norms. */
    public Design withNorm(NormKind newNorm) {
        return new Design(
                stem,
                newNorm,
                activation,
                kernelSizes,
                responseNorm,
                head,
                normedStages,
                dilatedStages,
                pointwiseAsConv);
    }

    /** The same with another activation. */
    public Design withActivation(ActivationKind newActivation) {
        return new Design(
                stem,
                norm,
                newActivation,
                kernelSizes,
                responseNorm,
                head,
                normedStages,
                dilatedStages,
                pointwiseAsConv);
    }

    /** The same with other kernels, one size for each stage. */
    public Design withKernelSizes(List<Integer> newKernelSizes) {
        return new Design(
                stem,
                norm,
                activation,
                newKernelSizes,
                responseNorm,
                head,
                normedStages,
                dilatedStages,
                pointwiseAsConv);
    }

    /** The same with or without global response normalisation. */
    public Design withResponseNorm(boolean newResponseNorm) {
        return new Design(
                stem,
                norm,
                activation,
                kernelSizes,
                newResponseNorm,
                head,
                normedStages,
                dilatedStages,
                pointwiseAsConv);
    }

    /** The same with another head. */
    public Design withHead(HeadDesign newHead) {
        return new Design(
                stem,
                norm,
                activation,
                kernelSizes,
                responseNorm,
                newHead,
                normedStages,
                dilatedStages,
                pointwiseAsConv);
    }

    /** The same with norms on the maps of these stages. */
    public Design withNormedStages(List<Integer> newNormedStages) {
        return new Design(
                stem,
                norm,
                activation,
                kernelSizes,
                responseNorm,
                head,
                newNormedStages,
                dilatedStages,
                pointwiseAsConv);
    }

    /** The same with this many stages dilated. */
    public Design withDilatedStages(int newDilatedStages) {
        return new Design(
                stem,
                norm,
                activation,
                kernelSizes,
                responseNorm,
                head,
                normedStages,
                newDilatedStages,
                pointwiseAsConv);
    }

    /** The same with its pointwise convolutions stored in the other way or as they are. */
    public Design withPointwiseAsConv(boolean newPointwiseAsConv) {
        return new Design(
                stem,
                norm,
                activation,
                kernelSizes,
                responseNorm,
                head,
                normedStages,
                dilatedStages,
                newPointwiseAsConv);
    }
}

package org.convnext4j.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a caller says about a checkpoint that the file does not.
 *
 * @param architecture the published network that it is, which settles what the shapes of the tensors leave open: the kind
 *     of norms without a bias, the activation and the epsilons. Without one the configuration beside the file does, or else
 *     the published network of these shapes
 * @param outputStride input pixels from one position of the last map to the next, 8, 16 or 32; without one that of the
 *     configuration, or else 32. See {@link ConvNeXtConfig#withOutputStride}
 * @param weights which weights to read where the file holds those of more than one network
 * @param unknownIgnored whether tensors that belong to no network known here, such as a segmentation model's decoder, are
 *     left out rather than refused
 */
public record LoadOptions(
        Optional<KnownModel> architecture, OptionalInt outputStride, WeightsChoice weights, boolean unknownIgnored) {
    /** Everything as the file and the configuration beside it say. */
    public static final LoadOptions DEFAULT =
            new LoadOptions(Optional.empty(), OptionalInt.empty(), WeightsChoice.EMA, false);

    /** The same for a file of this network. */
    public LoadOptions withArchitecture(KnownModel newArchitecture) {
        return new LoadOptions(Optional.of(newArchitecture), outputStride, weights, unknownIgnored);
    }

    /** The same with another output stride. */
    public LoadOptions withOutputStride(int newOutputStride) {
        return new LoadOptions(architecture, OptionalInt.of(newOutputStride), weights, unknownIgnored);
    }

    /** The same with other weights of the file. */
    public LoadOptions withWeights(WeightsChoice newWeights) {
        return new LoadOptions(architecture, outputStride, newWeights, unknownIgnored);
    }

    /** The same with unknown tensors left out or refused. */
    public LoadOptions withUnknownIgnored(boolean newUnknownIgnored) {
        return new LoadOptions(architecture, outputStride, weights, newUnknownIgnored);
    }
}

package org.convnext4j.tools.option;

import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.WeightsChoice;
import picocli.CommandLine.Option;

/** Which tensors of a checkpoint to read: the options of every command that reads one. */
public final class WeightsOptions {
    @Option(
            names = "--weights",
            paramLabel = "WHICH",
            converter = ChoiceConverters.Weights.class,
            description =
                    "ema: the averaged weights where the file has some beside the others, as timm reads it. raw: the others."
                            + " Or what the file calls them, such as state_dict_ema or teacher. Default: ema.")
    private WeightsChoice weights = WeightsChoice.EMA;

    @Option(
            names = "--ignore-unknown",
            description =
                    "Leave out tensors that belong to no network known here, such as a segmentation model's decoder.")
    private boolean ignoreUnknown;

    /** For the model's API. */
    public LoadOptions toLoadOptions() {
        return LoadOptions.DEFAULT.withWeights(weights).withUnknownIgnored(ignoreUnknown);
    }
}

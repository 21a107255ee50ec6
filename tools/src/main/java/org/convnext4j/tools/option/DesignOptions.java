package org.convnext4j.tools.option;

import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.design.KnownModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a checkpoint does not say about its network: the options of every command that reads one. */
public final class DesignOptions {
    @Option(
            names = "--architecture",
            paramLabel = "NAME",
            converter = ChoiceConverters.KnownModels.class,
            completionCandidates = ChoiceConverters.KnownModels.class,
            description =
                    "The published network that the file is of, such as tiny, v2-atto or timm's convnext_zepto_rms."
                            + " Only norms without a bias, activation and epsilons are not to be seen in a file. Default: what the"
                            + " tensors and a config.json beside them say.")
    private @Nullable KnownModel architecture;

    @Option(
            names = "--output-stride",
            paramLabel = "PIXELS",
            converter = NumberConverters.Positive.class,
            description =
                    "8, 16 or 32: the last stages dilate rather than halve the map. Default: as the config.json says,"
                            + " else 32.")
    private @Nullable Integer outputStride;

    @Mixin
    private WeightsOptions weights = new WeightsOptions();

    /** For the model's API. */
    public LoadOptions toLoadOptions() {
        LoadOptions options = weights.toLoadOptions();
        if (architecture != null) {
            options = options.withArchitecture(architecture);
        }
        return outputStride == null ? options : options.withOutputStride(outputStride);
    }
}

package org.convnext4j.model;

import java.util.Set;
import java.util.stream.Collectors;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.model.image.Preprocessor;

/** What callers may ask of a network, and what they may give it. */
final class InputChecks {
    private static final int PICTURE_CHANNELS = 3;

    private InputChecks() {}

    static void requireOutputs(ConvNeXtConfig config, Set<Output> wanted) {
        Set<Output> outputs = Output.of(config);
        for (Output output : wanted) {
            if (!outputs.contains(output)) {
                throw new IllegalArgumentException(config.name() + " does not give " + output.label() + "; it gives "
                        + outputs.stream().map(Output::label).collect(Collectors.joining(", ")));
            }
        }
    }

    static void requireInput(ConvNeXtConfig config, Tensor input) {
        int side = config.minimumSide();
        boolean fits = input.shape().rank() == 4 && input.dim(0) >= 1 && input.dim(1) == config.inChannels();
        if (!fits || input.dim(2) < side || input.dim(3) < side) {
            throw new IllegalArgumentException("input has shape " + input.shape() + "; " + config.name() + " takes (N, "
                    + config.inChannels() + ", H, W) with H and W of " + side + " or more");
        }
    }

    static void requireStage(ConvNeXtConfig config, int stage, boolean normed) {
        if (stage < 0 || stage >= config.stages()) {
            throw new IllegalArgumentException(
                    config.name() + " has no stage " + stage + "; its stages are 0 to " + (config.stages() - 1));
        }
        if (normed && !config.design().normedStages().contains(stage)) {
            throw new IllegalArgumentException(config.name() + " has no norm for the map of stage " + stage
                    + "; only backbones of Hugging Face have, so take the map without");
        }
    }

    static void requirePictures(ConvNeXtConfig config) {
        if (config.inChannels() != PICTURE_CHANNELS) {
            throw new ModelException(config.name() + " takes " + Wording.count(config.inChannels(), "channel")
                    + ", but pictures have 3; use forward with a tensor");
        }
    }

    static void requirePictureSize(ConvNeXtConfig config, Preprocessor pictures) {
        int side = config.minimumSide();
        if (pictures.height() < side || pictures.width() < side) {
            throw new ModelException("pictures of " + pictures.width() + " x " + pictures.height() + " are too small: "
                    + config.name() + " takes " + side + " x " + side
                    + " or more; put a preprocessor_config.json or timm's config.json beside the weights");
        }
    }
}

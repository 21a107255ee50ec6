package org.convnext4j.model.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.image.JsonFields;
import org.convnext4j.model.image.OwnFields;

/** Reads a Hugging Face {@code config.json}; source: transformers' configuration and modeling files of the three models. */
final class HuggingFaceHints {
    /** The epsilon of the head's norm that ConvNextConfig and ConvNextV2Config have where the file does not say. */
    static final double HEAD_EPS = 1e-12;

    /** In {@link OwnFields#NAME}, the epsilon of all norms but the head's, which Hugging Face's code has as 1e-6. */
    static final String NORM_EPS = "layer_norm_eps";

    private HuggingFaceHints() {}

    static ConfigHints of(String source, String type, JsonFields root) {
        List<Claim> claims = new ArrayList<>();
        if (root.has("depths")) {
            claims.add(new Claim("depths", root.sizes("depths"), ConvNeXtConfig::depths));
        }
        if (root.has("hidden_sizes")) {
            claims.add(new Claim("hidden_sizes", root.sizes("hidden_sizes"), ConvNeXtConfig::dims));
        }
        if (root.has("num_channels")) {
            claims.add(new Claim("num_channels", root.size("num_channels", 3), ConvNeXtConfig::inChannels));
        }
        if (root.has("patch_size")) {
            List<Integer> patch = root.sizes("patch_size", 2);
            claims.add(new Claim("patch_size", patch, seen -> List.of(seen.patchSize(), seen.patchSize())));
        }
        if (type.equals("convnext") && root.has("layer_scale_init_value")) {
            boolean scaled = root.number("layer_scale_init_value", 0) > 0;
            claims.add(new Claim("layer_scale_init_value", scaled, ConvNeXtConfig::layerScale));
        }
        // DINOv3's code takes the epsilon in all norms, the others' in the last alone.
        boolean dinoV3 = type.startsWith("dinov3");
        double headEps = ConfigHints.epsilon(root, "layer_norm_eps", dinoV3 ? ConvNeXtConfig.LAYER_NORM_EPS : HEAD_EPS);
        double otherEps = dinoV3 ? headEps : ConvNeXtConfig.LAYER_NORM_EPS;
        Settings settings = new Settings(
                Optional.empty(),
                ConfigHints.activation(root, "hidden_act").or(() -> Optional.of(ActivationKind.GELU)),
                OptionalDouble.of(ConfigHints.epsilon(root.optional(OwnFields.NAME), NORM_EPS, otherEps)),
                OptionalDouble.of(headEps),
                OptionalInt.empty(),
                Optional.empty());
        return new ConfigHints(source, Optional.empty(), true, claims, settings);
    }
}

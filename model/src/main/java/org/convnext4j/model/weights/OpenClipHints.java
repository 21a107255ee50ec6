package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.convnext4j.model.design.KnownModel;
import org.convnext4j.model.image.JsonFields;
import org.convnext4j.model.image.JsonFile;
import org.convnext4j.model.layers.Pooling;

/** Reads open_clip's {@code open_clip_config.json}: the name of timm's network in it and how its map is pooled. */
final class OpenClipHints {
    private OpenClipHints() {}

    static ConfigHints read(Path config) {
        JsonFields vision = new JsonFields(config.toString(), "", JsonFile.read(config))
                .object("model_cfg")
                .object("vision_cfg");
        if (!vision.has("timm_model_name")) {
            throw vision.bad("timm_model_name", "the name of a ConvNeXt of timm, such as \"convnext_base\"");
        }
        String architecture = vision.text("timm_model_name", "");
        // Empty stands for the pooling that the network has anyway.
        Optional<Pooling> pooling = vision.text("timm_pool", "").isEmpty()
                ? Optional.empty()
                : ConfigHints.word(vision, "timm_pool", TimmHints.POOLINGS);
        Settings settings = new Settings(
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                pooling);
        List<Claim> claims = KnownModel.of(architecture)
                .map(model -> new Claim(
                        "model_cfg.vision_cfg.timm_model_name", model.config().dims(), seen -> seen.dims()))
                .stream()
                .toList();
        return new ConfigHints(config.toString(), Optional.of(architecture), false, claims, settings);
    }
}

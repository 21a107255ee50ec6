package org.convnext4j.model.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells from a model's {@code config.json} whether its weights are worth fetching. */
final class ConfigKind {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigKind.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private ConfigKind() {}

    /**
     * Refuses what says that it is another network. A file that cannot be understood is left to its readers, who say
     * more.
     */
    static void requireConvNeXt(Path config, HubModelName name) {
        JsonNode root;
        try {
            root = JSON.readTree(config.toFile());
        } catch (IOException e) {
            LOG.debug("{} cannot be understood", config, e);
            return;
        }
        JsonNode kind = root.path("model_type").isTextual() ? root.path("model_type") : root.path("architecture");
        if (kind.isTextual() && !kind.asText().toLowerCase(Locale.ROOT).contains("convnext")) {
            throw new HubException(
                    HubException.Reason.BAD_NAME,
                    name + ": is a " + kind.asText()
                            + ", not a ConvNeXt; name one, such as facebook/convnext-tiny-224");
        }
    }
}

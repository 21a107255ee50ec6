package org.convnext4j.model.onnx;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.convnext4j.model.ModelDescription;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.image.PreprocessorConfigWriter;

/**
 * The texts in an ONNX file's {@code metadata_props} with what a program needs beside the graph:
 *
 * <ul>
 *   <li>{@code architecture}, such as {@code convnext-tiny};
 *   <li>{@code labels}, a JSON list with a name for each class, missing where the classes have none;
 *   <li>{@code probability}, {@code softmax} or {@code sigmoid}: how probabilities follow from the logits;
 *   <li>{@code preprocessing}, a JSON object as {@link PreprocessorConfigWriter#plain} makes it, with {@code layout}
 *       {@code NCHW} and {@code channels} {@code RGB} before.
 * </ul>
 */
final class ModelMetadata {
    private static final int RGB = 3;

    private ModelMetadata() {}

    static Map<String, String> of(ConvNeXtConfig config, ModelDescription model) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("architecture", config.name());
        model.names().ifPresent(names -> {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            names.forEach(list::add);
            texts.put("labels", list.toString());
        });
        texts.put("probability", model.probability().name().toLowerCase(Locale.ROOT));
        // Pictures of other channels are not prepared here.
        if (config.inChannels() == RGB) {
            ObjectNode pictures = JsonNodeFactory.instance.objectNode();
            pictures.put("layout", "NCHW").put("channels", "RGB");
            pictures.setAll(PreprocessorConfigWriter.plain(model.preprocessor()));
            texts.put("preprocessing", pictures.toString());
        }
        return texts;
    }
}

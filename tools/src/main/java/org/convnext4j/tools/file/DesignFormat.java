package org.convnext4j.tools.file;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.design.StemDesign;
import org.convnext4j.tools.output.Json;

/** A network's design as text and as JSON. */
final class DesignFormat {
    private DesignFormat() {}

    /** What differs from the paper's network, for people. */
    static Map<String, Object> rows(ConvNeXtConfig config) {
        Design design = config.design();
        Map<String, Object> rows = new LinkedHashMap<>();
        if (!design.stem().equals(StemDesign.PAPER)) {
            rows.put("stem", word(design.stem().kind()));
        }
        if (design.norm() != Design.PAPER.norm()) {
            rows.put("norm", word(design.norm()));
        }
        if (config.layerNormEps() != ConvNeXtConfig.LAYER_NORM_EPS) {
            rows.put("epsilon", config.layerNormEps());
        }
        if (design.activation() != Design.PAPER.activation()) {
            rows.put("activation", word(design.activation()));
        }
        if (design.kernelSizes().stream().anyMatch(size -> size != Design.KERNEL)) {
            rows.put(
                    "kernels",
                    design.kernelSizes().stream().map(String::valueOf).collect(Collectors.joining(", ")));
        }
        if (design.responseNorm()) {
            rows.put("responseNorm", true);
        }
        if (config.stages() == ConvNeXtConfig.STAGES && design.dilatedStages() > 0) {
            rows.put("outputStride", config.outputStride());
        }
        if (design.head().norm() != Design.PAPER.head().norm()) {
            rows.put("headNorm", word(design.head().norm()));
        }
        if (design.head().hidden() > 0) {
            rows.put("headHidden", design.head().hidden());
        }
        if (design.head().pooling() != Design.PAPER.head().pooling()) {
            rows.put("pooling", word(design.head().pooling()));
        }
        if (!design.normedStages().isEmpty()) {
            rows.put(
                    "normedStages",
                    design.normedStages().stream().map(String::valueOf).collect(Collectors.joining(", ")));
        }
        return rows;
    }

    /** All of it, for programs. */
    static ObjectNode json(ConvNeXtConfig config) {
        Design design = config.design();
        ObjectNode node = Json.object()
                .put("stem", word(design.stem().kind()))
                .put("stemWidth", design.stem().width())
                .put("norm", word(design.norm()))
                .put("epsilon", config.layerNormEps())
                .put("headEpsilon", config.headNormEps())
                .put("activation", word(design.activation()))
                .put("responseNorm", design.responseNorm())
                .put("outputStride", config.outputStride())
                .put("headNorm", word(design.head().norm()))
                .put("headHidden", design.head().hidden())
                .put("pooling", word(design.head().pooling()));
        design.kernelSizes().forEach(node.putArray("kernelSizes")::add);
        design.normedStages().forEach(node.putArray("normedStages")::add);
        return node;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

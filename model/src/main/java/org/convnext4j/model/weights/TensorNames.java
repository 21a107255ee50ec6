package org.convnext4j.model.weights;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.jspecify.annotations.Nullable;

/**
 * How one layout spells tensor names, in both directions. A template has {@code {s}} for the stage (or {@code {2s}},
 * {@code {2s+1}} or {@code {s+1}}) and {@code {b}} for the block; {@code .weight} and {@code .bias} follow it unless it is
 * a layer scale. Those of a response norm are also called {@code .gamma} and {@code .beta}.
 */
final class TensorNames {
    private static final Pattern STAGE = Pattern.compile("\\{(2?)s(\\+1)?}");
    private static final String BLOCK = "{b}";
    private static final int MAX_DIGITS = 6;

    /**
     * What this engine calls every tensor of every network: facebook's names, and names of their kind for what facebook's
     * code does not have.
     */
    static final TensorNames OWN = own();

    private final Map<Part, String> templates;
    private final boolean greek;
    private final Map<Part, Pattern> patterns = new EnumMap<>(Part.class);

    /**
     * Names by templates.
     *
     * @param greek whether a response norm's are written {@code .gamma} and {@code .beta}; both ways are read
     */
    TensorNames(Map<Part, String> templates, boolean greek) {
        this.templates = new EnumMap<>(templates);
        this.greek = greek;
        this.templates.forEach((part, template) -> patterns.put(part, pattern(part, template)));
    }

    private static TensorNames own() {
        Map<Part, String> templates = new EnumMap<>(Layout.FACEBOOK.names(Spelling.PAPER).templates);
        templates.put(Part.STEM_CONV2, "downsample_layers.0.2");
        templates.put(Part.STEM_NORM2, "downsample_layers.0.3");
        templates.put(Part.STAGE_NORM, "stage_norms.{s}");
        templates.put(Part.HEAD_HIDDEN, "head_hidden");
        return new TensorNames(templates, true);
    }

    private static Pattern pattern(Part part, String template) {
        String number = "(0|[1-9]\\d{0," + (MAX_DIGITS - 1) + "})";
        String regex = STAGE.matcher("\\Q" + template + "\\E")
                .replaceFirst(Matcher.quoteReplacement("\\E(?<stage>" + number + ")\\Q"))
                .replace(BLOCK, "\\E(?<block>" + number + ")\\Q");
        return Pattern.compile(regex
                + switch (part) {
                    case GAMMA -> "";
                    case RESPONSE_NORM -> "\\.(?<kind>weight|bias|gamma|beta)";
                    default -> "\\.(?<kind>weight|bias)";
                });
    }

    /**
     * The name of a tensor.
     *
     * @throws IllegalArgumentException if the layout has none for it
     */
    String format(TensorId id) {
        String template = template(id.part());
        Matcher matcher = STAGE.matcher(template);
        String name = template;
        if (matcher.find()) {
            int index = id.stage() * factor(matcher) + offset(matcher);
            name = matcher.replaceFirst(String.valueOf(index));
        }
        name = name.replace(BLOCK, String.valueOf(id.block()));
        return switch (id.part()) {
            case GAMMA -> name;
            case RESPONSE_NORM -> name + (greek ? id.bias() ? ".beta" : ".gamma" : id.bias() ? ".bias" : ".weight");
            default -> name + (id.bias() ? ".bias" : ".weight");
        };
    }

    /** The tensor of this name; empty if the layout has none. */
    Optional<TensorId> parse(String name) {
        for (Map.Entry<Part, Pattern> entry : patterns.entrySet()) {
            Matcher matcher = entry.getValue().matcher(name);
            if (matcher.matches()) {
                return id(entry.getKey(), matcher);
            }
        }
        return Optional.empty();
    }

    private Optional<TensorId> id(Part part, Matcher name) {
        Matcher template = STAGE.matcher(template(part));
        int stage = 0;
        if (template.find()) {
            int index = Integer.parseInt(name.group("stage")) - offset(template);
            stage = index / factor(template);
            boolean downsample = part == Part.DOWNSAMPLE_NORM || part == Part.DOWNSAMPLE_CONV;
            if (index < 0
                    || index % factor(template) != 0
                    || stage >= ConvNeXtConfig.STAGES
                    || (downsample && stage == 0)) {
                return Optional.empty();
            }
        }
        int block = part.isInBlock() ? Integer.parseInt(name.group("block")) : 0;
        boolean bias = part != Part.GAMMA && name.group("kind").startsWith("b");
        return Optional.of(new TensorId(part, stage, block, bias));
    }

    private String template(Part part) {
        @Nullable String template = templates.get(part);
        if (template == null) {
            throw new IllegalArgumentException("this layout has no name for a " + part);
        }
        return template;
    }

    private static int factor(Matcher template) {
        return "2".equals(template.group(1)) ? 2 : 1;
    }

    private static int offset(Matcher template) {
        return template.group(2) == null ? 0 : 1;
    }
}

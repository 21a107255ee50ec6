package org.convnext4j.model.weights;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.convnext4j.model.ConvNeXtConfig;

/**
 * How one layout spells tensor names, in both directions. A template has {@code {s}} for the stage (or {@code {2s}} or
 * {@code {2s+1}}) and {@code {b}} for the block; {@code .weight} and {@code .bias} follow it unless it is a gamma.
 */
final class TensorNames {
    private static final Pattern STAGE = Pattern.compile("\\{(2?)s(\\+1)?}");
    private static final String BLOCK = "{b}";
    private static final int MAX_DIGITS = 6;

    private final Map<Part, String> templates;
    private final Map<Part, Pattern> patterns = new EnumMap<>(Part.class);

    TensorNames(Map<Part, String> templates) {
        this.templates = new EnumMap<>(templates);
        this.templates.forEach((part, template) -> patterns.put(part, pattern(part, template)));
    }

    private static Pattern pattern(Part part, String template) {
        String number = "(0|[1-9]\\d{0," + (MAX_DIGITS - 1) + "})";
        String regex = STAGE.matcher("\\Q" + template + "\\E")
                .replaceFirst(Matcher.quoteReplacement("\\E(?<stage>" + number + ")\\Q"))
                .replace(BLOCK, "\\E(?<block>" + number + ")\\Q");
        return Pattern.compile(regex + (part == Part.GAMMA ? "" : "\\.(?<kind>weight|bias)"));
    }

    /** The name of a tensor. */
    String format(TensorId id) {
        String template = template(id.part());
        Matcher matcher = STAGE.matcher(template);
        String name = template;
        if (matcher.find()) {
            int index = id.stage() * factor(matcher) + offset(matcher);
            name = matcher.replaceFirst(String.valueOf(index));
        }
        name = name.replace(BLOCK, String.valueOf(id.block()));
        return id.part() == Part.GAMMA ? name : name + (id.bias() ? ".bias" : ".weight");
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
        return Optional.of(new TensorId(part, stage, block, part != Part.GAMMA && "bias".equals(name.group("kind"))));
    }

    private String template(Part part) {
        return Objects.requireNonNull(templates.get(part));
    }

    private static int factor(Matcher template) {
        return "2".equals(template.group(1)) ? 2 : 1;
    }

    private static int offset(Matcher template) {
        return template.group(2) == null ? 0 : 1;
    }
}

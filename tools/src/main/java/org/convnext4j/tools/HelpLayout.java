package org.convnext4j.tools;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.convnext4j.tools.option.DesignOptions;
import org.convnext4j.tools.option.EngineOptions;
import org.convnext4j.tools.option.LabelOptions;
import org.convnext4j.tools.option.ModelOptions;
import org.convnext4j.tools.option.NamedFiles;
import org.convnext4j.tools.option.WeightsOptions;
import org.convnext4j.tools.picture.BulkOptions;
import org.convnext4j.tools.picture.PictureOptions;
import org.convnext4j.tools.train.RecipeOptions;
import org.convnext4j.tools.train.WalkOptions;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * How help is laid out: what a command requires comes first, also in its synopsis, the other options stand under
 * headings by what they are about, and examples end it.
 */
final class HelpLayout {
    private static final String REQUIRED = "Required";
    private static final String OWN = "Options";
    private static final String GENERAL = "General";

    /** Where the options of several commands are declared, in the order they are to stand in. */
    private static final Map<Class<?>, String> HEADINGS = headings();

    /** Commands that cannot do without --model, which others can. */
    private static final Set<String> NEED_MODEL = Set.of("embed", "similar", "explain", "forward");

    private HelpLayout() {}

    private static Map<Class<?>, String> headings() {
        Map<Class<?>, String> headings = new LinkedHashMap<>();
        headings.put(RecipeOptions.class, "What is trained");
        headings.put(WalkOptions.class, "Training and timing the steps");
        headings.put(NamedFiles.class, OWN);
        headings.put(BulkOptions.class, "Results of many pictures");
        headings.put(PictureOptions.class, "Preparing pictures");
        headings.put(ModelOptions.class, "The model");
        headings.put(LabelOptions.class, "The model");
        headings.put(DesignOptions.class, "The model");
        headings.put(WeightsOptions.class, "The model");
        headings.put(EngineOptions.class, "How it runs");
        headings.put(Main.class, GENERAL);
        return headings;
    }

    /** Lays out the help of a program and its commands. */
    static void apply(CommandLine program) {
        apply(program, Examples.FIRST);
        program.getSubcommands().forEach((name, command) -> {
            if (NEED_MODEL.contains(name)) {
                require(command.getCommandSpec(), "--model");
            }
            apply(command, Examples.of(name));
        });
    }

    private static void apply(CommandLine command, List<String> examples) {
        UsageMessageSpec usage = command.getCommandSpec().usageMessage();
        usage.sectionMap().put(UsageMessageSpec.SECTION_KEY_SYNOPSIS, HelpLayout::synopsis);
        usage.sectionMap().put(UsageMessageSpec.SECTION_KEY_DESCRIPTION, HelpLayout::description);
        usage.sectionMap().put(UsageMessageSpec.SECTION_KEY_PARAMETER_LIST, HelpLayout::parameters);
        usage.sectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> examples(help, examples));
        usage.sectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING, help -> "");
        usage.sectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, HelpLayout::options);
        usage.descriptionHeading("%n");
        usage.parameterListHeading("%nArguments:%n");
        usage.commandListHeading("%nCommands:%n");
        usage.footerHeading("%nExamples:%n");
        usage.footer(examples.stream().map(line -> line.replace("%", "%%")).toArray(String[]::new));
    }

    private static void require(CommandSpec spec, String name) {
        OptionSpec option = spec.findOption(name);
        if (option != null) {
            spec.remove(option);
            String[] description = Arrays.stream(option.description())
                    .map(text -> text.replace(ModelOptions.WITHOUT, ""))
                    .toArray(String[]::new);
            spec.addOption(OptionSpec.builder(option)
                    .required(true)
                    .description(description)
                    .build());
        }
    }

    /** What is required, and that there is more. */
    private static String synopsis(Help help) {
        CommandSpec spec = help.commandSpec();
        List<String> words = new ArrayList<>(List.of(spec.qualifiedName()));
        spec.options().stream()
                .filter(ArgSpec::required)
                .map(option -> option.longestName() + " " + option.paramLabel())
                .forEach(words::add);
        words.add("[OPTIONS]");
        spec.positionalParameters().forEach(parameter -> {
            String label = parameter.paramLabel() + (parameter.arity().max() > 1 ? "..." : "");
            words.add(parameter.required() ? label : "[" + label + "]");
        });
        if (!spec.subcommands().isEmpty()) {
            words.add("COMMAND");
        }
        return String.join(" ", words) + System.lineSeparator();
    }

    private static String options(Help help) {
        Map<String, List<OptionSpec>> sections = new LinkedHashMap<>();
        sections.put(REQUIRED, new ArrayList<>());
        sections.put(OWN, new ArrayList<>());
        HEADINGS.values().forEach(heading -> sections.putIfAbsent(heading, new ArrayList<>()));
        for (OptionSpec option : help.commandSpec().options()) {
            sections.computeIfAbsent(heading(option), key -> new ArrayList<>()).add(option);
        }
        sections.values().removeIf(List::isEmpty);
        return sections.entrySet().stream()
                .map(section -> "%n%s:%n".formatted(section.getKey()) + list(help, section.getValue()))
                .collect(Collectors.joining());
    }

    private static String heading(OptionSpec option) {
        if (option.required()) {
            return REQUIRED;
        }
        if (option.usageHelp() || option.versionHelp()) {
            return GENERAL;
        }
        return option.userObject() instanceof Field field ? HEADINGS.getOrDefault(field.getDeclaringClass(), OWN) : OWN;
    }

    private static String list(Help help, List<OptionSpec> options) {
        // The same columns in each section.
        Help.Layout layout = help.createDefaultLayout();
        // Options that can be negated know how by their command.
        CommandSpec shown = CommandSpec.create();
        options.forEach(option -> shown.addOption(OptionSpec.builder(option)
                .names(option.names())
                .description(HelpLines.keptWhole(option.description()))
                .build()));
        layout.addAllOptions(shown.options(), help.parameterLabelRenderer());
        return HelpLines.restored(layout.toString());
    }

    private static String parameters(Help help) {
        Help.Layout layout = help.createDefaultLayout();
        layout.addAllPositionalParameters(
                help.commandSpec().positionalParameters().stream()
                        .map(parameter -> PositionalParamSpec.builder(parameter)
                                .description(HelpLines.keptWhole(parameter.description()))
                                .build())
                        .toList(),
                help.parameterLabelRenderer());
        return HelpLines.restored(layout.toString());
    }

    private static String description(Help help) {
        UsageMessageSpec usage = help.commandSpec().usageMessage();
        StringBuilder text = new StringBuilder();
        for (String paragraph : usage.description()) {
            HelpLines.wrapped(paragraph, usage.width())
                    .forEach(line -> text.append(line).append(System.lineSeparator()));
        }
        return text.toString();
    }

    private static String examples(Help help, List<String> examples) {
        int width = help.commandSpec().usageMessage().width();
        StringBuilder text = new StringBuilder();
        examples.forEach(example -> HelpLines.command(example, width)
                .forEach(line -> text.append(line).append(System.lineSeparator())));
        return text.toString();
    }
}

package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.convnext4j.model.WeightsChoice;
import org.jspecify.annotations.Nullable;

/**
 * Which network of a file to read, told by where its tensors' names begin. Wrappers such as Lightning's modules, DataParallel
 * and torch.compile put a prefix before every name ({@code model.}, {@code net.}, {@code module._orig_mod.}); training
 * scripts keep a second network, the average of the first over its steps.
 *
 * @param prefix what its tensors' names begin with, often nothing
 * @param others names of tensors that belong to networks that were not chosen
 * @param note what was chosen or dropped, for the user
 */
record NetworkChoice(String prefix, Set<String> others, Optional<Assumption> note) {
    /** The names of a stem and a first block by which each layout is known; longer ones before those they end with. */
    private static final List<Mark> MARKS = List.of(
            new Mark("visual.trunk.stem.0.weight", "visual.trunk.stages.0.blocks.0.conv_dw.weight"),
            new Mark("convnext.embeddings.patch_embeddings.weight", "convnext.encoder.stages.0.layers.0.dwconv.weight"),
            new Mark(
                    "convnextv2.embeddings.patch_embeddings.weight",
                    "convnextv2.encoder.stages.0.layers.0.dwconv.weight"),
            new Mark("embeddings.patch_embeddings.weight", "encoder.stages.0.layers.0.dwconv.weight"),
            new Mark("stages.0.downsample_layers.0.weight", "stages.0.layers.0.depthwise_conv.weight"),
            new Mark("downsample_layers.0.0.weight", "stages.0.0.dwconv.weight"),
            new Mark("features.0.0.weight", "features.1.0.block.0.weight"),
            new Mark("stem_0.weight", "stages_0.blocks.0.conv_dw.weight"),
            new Mark("stem.0.weight", "stages.0.blocks.0.conv_dw.weight"),
            new Mark("stem.weight", "blocks.0.dwconv.weight"));

    /** Words of names that mean an average over training. */
    private static final Set<String> AVERAGED = Set.of("ema", "swa", "averaged", "average", "avg", "polyak", "shadow");

    /** Beside the tensors of torch's AveragedModel, which are under {@code module.}. */
    private static final String AVERAGE_COUNTER = "n_averaged";

    private static final String MODULE = "module.";

    /** What scripts call the averaged weights and the others, the likeliest first; timm's order. */
    private static final List<String> AVERAGED_FIRST = List.of("state_dict_ema", "model_ema", "ema_state_dict", "ema");

    private static final List<String> RAW_FIRST =
            List.of("", "state_dict", "model", "model_state_dict", "module", "net", "network");

    /** More networks are in no file. */
    private static final int MAX_NETWORKS = 64;

    private static final int LISTED = 16;

    private record Mark(String stem, String block) {}

    /** Everything that the names of the networks in a file begin with, in the file's order. */
    static Set<String> prefixes(Collection<String> names) {
        Set<String> prefixes = new LinkedHashSet<>();
        for (String name : names) {
            for (Mark mark : MARKS) {
                String prefix = prefix(name, mark.stem);
                if (prefix != null) {
                    prefixes.add(prefix);
                    break;
                }
            }
        }
        if (prefixes.size() > 1) {
            // Others have stems, too.
            Set<String> all = new HashSet<>(names);
            Set<String> complete = new LinkedHashSet<>(prefixes);
            complete.removeIf(prefix -> MARKS.stream().noneMatch(mark -> all.contains(prefix + mark.block)));
            return complete.isEmpty() ? prefixes : complete;
        }
        return prefixes;
    }

    private static @Nullable String prefix(String name, String stem) {
        if (!name.endsWith(stem)) {
            return null;
        }
        String prefix = name.substring(0, name.length() - stem.length());
        return prefix.isEmpty() || prefix.endsWith(".") ? prefix : null;
    }

    /** Whether a prefix says that its tensors are an average over training. */
    static boolean isAveraged(String prefix) {
        for (String word : prefix.split("[._]", -1)) {
            if (AVERAGED.contains(word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAveraged(String prefix, Set<String> names) {
        return isAveraged(prefix)
                || (prefix.endsWith(MODULE)
                        && names.contains(prefix.substring(0, prefix.length() - MODULE.length()) + AVERAGE_COUNTER));
    }

    /**
     * Chooses.
     *
     * @throws CheckpointException if there is no such network, or if the choice is between equals
     */
    static NetworkChoice of(Path path, Set<String> names, WeightsChoice wanted) {
        List<String> all = List.copyOf(prefixes(names));
        if (all.isEmpty()) {
            return new NetworkChoice("", Set.of(), Optional.empty());
        }
        if (all.size() > MAX_NETWORKS) {
            throw new CheckpointException(path, "holds " + all.size() + " networks: " + list(all));
        }
        List<String> averaged =
                all.stream().filter(prefix -> isAveraged(prefix, names)).toList();
        List<String> raw =
                all.stream().filter(prefix -> !averaged.contains(prefix)).toList();
        List<String> fitting = fitting(all, averaged, raw, wanted);
        if (fitting.isEmpty()) {
            throw new CheckpointException(
                    path,
                    "has no weights called " + wanted.name() + "; it has " + list(all) + ", one of which --weights or"
                            + " LoadOptions.withWeights can name");
        }
        if (fitting.size() > 1) {
            throw new CheckpointException(
                    path,
                    "holds several networks, " + list(fitting) + "; name the one to read with --weights or"
                            + " LoadOptions.withWeights");
        }
        String prefix = fitting.get(0);
        Set<String> others = new HashSet<>();
        for (String other : all) {
            if (!other.equals(prefix)) {
                String scope = scope(other, prefix);
                String own = scope(prefix, other);
                names.stream()
                        .filter(name -> scope.isEmpty() ? !name.startsWith(own) : name.startsWith(scope))
                        .forEach(others::add);
            }
        }
        return new NetworkChoice(prefix, others, note(prefix, all, averaged.contains(prefix)));
    }

    private static List<String> fitting(
            List<String> all, List<String> averaged, List<String> raw, WeightsChoice wanted) {
        if (wanted.equals(WeightsChoice.RAW)) {
            return likeliest(raw, RAW_FIRST);
        }
        if (!wanted.equals(WeightsChoice.EMA)) {
            String name = wanted.name();
            List<String> exact =
                    all.stream().filter(prefix -> label(prefix).equals(name)).toList();
            return exact.isEmpty()
                    ? all.stream()
                            .filter(prefix -> prefix.startsWith(name + "."))
                            .toList()
                    : exact;
        }
        return averaged.isEmpty() ? likeliest(raw, RAW_FIRST) : likeliest(averaged, AVERAGED_FIRST);
    }

    /** The first of {@code order} that a prefix begins with, or else all. */
    private static List<String> likeliest(List<String> prefixes, List<String> order) {
        for (String first : order) {
            List<String> found = prefixes.stream()
                    .filter(prefix -> first.isEmpty() ? prefix.isEmpty() : prefix.startsWith(first + "."))
                    .toList();
            if (!found.isEmpty()) {
                return found;
            }
        }
        return prefixes;
    }

    /** The part of a prefix up to the first word in which it differs from another. */
    private static String scope(String prefix, String other) {
        int at = 0;
        while (at < prefix.length()) {
            int end = prefix.indexOf('.', at) + 1;
            if (!other.startsWith(prefix.substring(0, end))) {
                return prefix.substring(0, end);
            }
            at = end;
        }
        return prefix;
    }

    private static Optional<Assumption> note(String prefix, List<String> all, boolean averaged) {
        if (all.size() > 1) {
            List<String> rest =
                    all.stream().filter(other -> !other.equals(prefix)).toList();
            return said("read " + label(prefix) + (averaged ? ", the averaged weights (EMA)," : "") + " and left out "
                    + list(rest) + "; --weights or LoadOptions.withWeights chooses");
        }
        if (averaged) {
            return said("read " + label(prefix) + ", averaged weights (EMA), the only ones in the file");
        }
        return prefix.isEmpty()
                ? Optional.empty()
                : said("dropped the prefix " + label(prefix) + ". from the names of its tensors");
    }

    private static Optional<Assumption> said(String text) {
        return Optional.of(new Assumption(text, false));
    }

    /** A prefix without its last dot, and a word for none. */
    private static String label(String prefix) {
        return prefix.isEmpty() ? WeightsChoice.TOP : prefix.substring(0, prefix.length() - 1);
    }

    private static String list(List<String> prefixes) {
        return Names.list(prefixes.stream().map(NetworkChoice::label).toList(), LISTED);
    }
}

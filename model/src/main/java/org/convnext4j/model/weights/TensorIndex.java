package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.convnext4j.model.ConvNeXtConfig;
import org.convnext4j.model.LoadOptions;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's tensors, recognised and compared with the configuration they imply: none is missing, none is left
 * over, every shape and type fits.
 *
 * @param layout how the file names its tensors
 * @param names of that layout
 * @param config inferred from names and shapes, and what settled the rest
 * @param assumptions what nothing settled
 * @param tensors every tensor the configuration calls for, in the order of the facebook state dict
 */
record TensorIndex(
        Layout layout,
        TensorNames names,
        ConvNeXtConfig config,
        List<Assumption> assumptions,
        Map<TensorSpec, TensorEntry> tensors) {
    /** Wrappers like DataParallel and torch.compile put these before every name. */
    private static final List<String> PREFIXES = List.of("module.", "_orig_mod.");

    private static final int LISTED = 5;

    static TensorIndex of(Checkpoint checkpoint, LoadOptions options) {
        Path path = checkpoint.path();
        Set<String> names = new LinkedHashSet<>();
        checkpoint.entries().forEach(entry -> names.add(entry.name()));
        int prefix = wrapperPrefix(names);
        Map<String, TensorEntry> unwrapped = new LinkedHashMap<>();
        checkpoint.entries().forEach(entry -> unwrapped.put(entry.name().substring(prefix), entry));
        Trunk trunk = Trunk.of(unwrapped);
        Map<String, TensorEntry> byName = trunk.tensors();
        UnsupportedFamily.find(byName.keySet()).ifPresent(reason -> {
            throw new CheckpointException(path, reason);
        });
        Layout layout = Layout.detect(byName.keySet())
                .orElseThrow(() -> new CheckpointException(
                        path,
                        "holds no ConvNeXt that is known: its first tensor is "
                                + (names.isEmpty() ? "none" : names.iterator().next())
                                + ", and none is the stem of the layouts facebook, timm, torchvision or huggingface"));
        Spelling spelling = Spelling.of(byName.keySet());
        TensorNames spelt = layout.names(spelling);
        Map<TensorId, TensorEntry> byId = new HashMap<>();
        List<String> unexpected = new ArrayList<>();
        byName.forEach((name, entry) -> {
            Optional<TensorId> id = spelt.parse(name);
            if (id.isEmpty() || byId.putIfAbsent(id.get(), entry) != null) {
                unexpected.add(entry.name());
            }
        });
        ConvNeXtConfig seen = new ShapeInference(path, spelling, spelt, byId).infer();
        DesignInference.Settled settled = DesignInference.settle(path, layout, seen, options);
        List<Assumption> assumptions = new ArrayList<>(settled.assumptions());
        trunk.note().ifPresent(assumptions::add);
        TensorIndex index = new TensorIndex(layout, spelt, settled.config(), assumptions, Map.of());
        Map<TensorSpec, TensorEntry> tensors = index.match(path, byId, unexpected);
        requireDisjoint(path, tensors.values());
        return new TensorIndex(layout, spelt, settled.config(), assumptions, tensors);
    }

    /** No two tensors share bytes of a file, so that copies of all of them are no larger than the file says. */
    private static void requireDisjoint(Path path, Collection<TensorEntry> entries) {
        Map<CheckpointFile, List<TensorEntry>> byFile = new HashMap<>();
        for (TensorEntry entry : entries) {
            entry.range()
                    .ifPresent(range -> byFile.computeIfAbsent(range.file(), file -> new ArrayList<>())
                            .add(entry));
        }
        byFile.values().forEach(ofFile -> requireDisjoint(path, ofFile));
    }

    private static void requireDisjoint(Path path, List<TensorEntry> ofFile) {
        ofFile.sort(Comparator.comparingLong(entry -> entry.range().orElseThrow().begin()));
        for (int i = 1; i < ofFile.size(); i++) {
            FileRange before = ofFile.get(i - 1).range().orElseThrow();
            if (before.begin() + before.byteSize()
                    > ofFile.get(i).range().orElseThrow().begin()) {
                throw new CheckpointException(
                        path,
                        "tensors " + ofFile.get(i - 1).name() + " and "
                                + ofFile.get(i).name() + " share memory; save clones of them");
            }
        }
    }

    private Map<TensorSpec, TensorEntry> match(Path path, Map<TensorId, TensorEntry> byId, List<String> unexpected) {
        Map<TensorSpec, TensorEntry> tensors = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        List<String> misshapen = new ArrayList<>();
        for (TensorSpec spec : TensorSpec.of(config)) {
            @Nullable TensorEntry entry = byId.remove(spec.id());
            if (entry == null) {
                missing.add(names.format(spec.id()));
            } else if (!spec.accepts(entry.shape())) {
                misshapen.add(entry.name() + " is " + TensorEntry.format(entry.shape()) + ", not "
                        + TensorEntry.format(layout.shape(spec, config.design().pointwiseAsConv())));
            } else if (!entry.dtype().isReadable()) {
                misshapen.add(entry.name() + " is of type " + entry.dtype() + ", not F32, F16, BF16 or F64");
            } else {
                tensors.put(spec, entry);
            }
        }
        byId.values().forEach(entry -> unexpected.add(entry.name()));
        List<String> faults = new ArrayList<>();
        list(faults, "lacks", missing);
        list(faults, "has the unknown", unexpected);
        list(faults, "has a wrong shape or type in", misshapen);
        if (!faults.isEmpty()) {
            throw new CheckpointException(
                    path,
                    "is not a complete " + config.name() + " in the " + layout.label() + " layout: "
                            + String.join("; ", faults));
        }
        return tensors;
    }

    private static void list(List<String> faults, String what, List<String> items) {
        if (!items.isEmpty()) {
            int shown = Math.min(LISTED, items.size());
            faults.add("it " + what + (items.size() == 1 ? " tensor " : " tensors ")
                    + String.join(", ", items.subList(0, shown))
                    + (shown < items.size() ? " and " + (items.size() - shown) + " more" : ""));
        }
    }

    /** How many characters of wrappers' prefixes all names share. */
    private static int wrapperPrefix(Set<String> names) {
        int length = 0;
        boolean found = !names.isEmpty();
        while (found) {
            found = false;
            for (String prefix : PREFIXES) {
                int from = length;
                if (names.stream().allMatch(name -> name.startsWith(prefix, from))) {
                    length += prefix.length();
                    found = true;
                }
            }
        }
        return length;
    }
}

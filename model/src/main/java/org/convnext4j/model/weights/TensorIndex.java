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
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.Wording;
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
    /** What profilers and averages count, by the last word of the name: FLOPs and parameters of thop, updates of EMAs. */
    private static final Set<String> COUNTERS = Set.of(
            "total_ops",
            "total_params",
            "n_averaged",
            "num_updates",
            "num_batches_tracked",
            "steps",
            "step",
            "initted");

    private static final int LISTED = 5;

    /** Unknown tensors are all listed, but no more than a segmentation model's decoder may have. */
    private static final int UNKNOWN_LISTED = 1000;

    /** How many times larger than their memory in the file tensors that share it may be together. */
    private static final int MAX_SHARING = TorchTensors.MAX_COPIES;

    static TensorIndex of(Checkpoint checkpoint, LoadOptions options) {
        try {
            return read(checkpoint, options);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(checkpoint.path(), "implies an impossible network: " + e.getMessage(), e);
        }
    }

    private static TensorIndex read(Checkpoint checkpoint, LoadOptions options) {
        Path path = checkpoint.path();
        List<Assumption> notes = new ArrayList<>(checkpoint.leftOut());
        Sorted sorted = Sorted.of(checkpoint, options, notes);
        Trunk trunk = Trunk.of(sorted.network());
        Map<String, TensorEntry> byName = trunk.tensors();
        UnsupportedFamily.find(byName.keySet()).ifPresent(reason -> {
            throw new CheckpointException(path, reason);
        });
        Layout layout = Layout.detect(byName.keySet())
                .orElseThrow(() -> new CheckpointException(
                        path,
                        "holds no ConvNeXt that is known: its first tensor is "
                                + checkpoint.entries().stream()
                                        .map(entry -> Names.cut(entry.name()))
                                        .findFirst()
                                        .orElse("none")
                                + ", and none is the stem of the layouts facebook, timm, torchvision or huggingface"));
        Spelling spelling = Spelling.of(byName.keySet());
        TensorNames spelt = layout.names(spelling);
        Map<TensorId, TensorEntry> byId = new HashMap<>();
        List<String> unknown = new ArrayList<>(sorted.beside());
        byName.forEach((name, entry) -> {
            Optional<TensorId> id = spelt.parse(name);
            if (id.isEmpty() || byId.putIfAbsent(id.get(), entry) != null) {
                unknown.add(entry.name());
            }
        });
        ConvNeXtConfig seen = new ShapeInference(path, spelling, spelt, byId).infer();
        DesignInference.Settled settled = DesignInference.settle(path, layout, spelling, seen, options);
        List<Assumption> assumptions = new ArrayList<>(settled.assumptions());
        trunk.note().ifPresent(assumptions::add);
        assumptions.addAll(notes);
        if (options.unknownIgnored() && !unknown.isEmpty()) {
            assumptions.add(new Assumption(
                    "left out " + count(unknown, "unknown tensor") + ": " + Names.list(unknown, LISTED), false));
            unknown.clear();
        }
        TensorIndex index = new TensorIndex(layout, spelt, settled.config(), assumptions, Map.of());
        Map<TensorSpec, TensorEntry> tensors = index.match(path, sorted.prefix(), byId, unknown);
        requireProportion(path, tensors.values());
        return new TensorIndex(layout, spelt, settled.config(), assumptions, tensors);
    }

    /**
     * The tensors of a file that belong to the network to read and those that belong to none.
     *
     * @param prefix that the names of the network's tensors begin with
     * @param network its tensors by their names without the prefix
     * @param beside names of tensors outside of it
     */
    private record Sorted(String prefix, Map<String, TensorEntry> network, List<String> beside) {
        static Sorted of(Checkpoint checkpoint, LoadOptions options, List<Assumption> notes) {
            Set<String> names = new LinkedHashSet<>();
            checkpoint.entries().forEach(entry -> names.add(entry.name()));
            NetworkChoice choice = NetworkChoice.of(checkpoint.path(), names, options.weights());
            choice.note().ifPresent(notes::add);
            String prefix = choice.prefix();
            Map<String, TensorEntry> network = new LinkedHashMap<>();
            List<String> beside = new ArrayList<>();
            List<String> counters = new ArrayList<>();
            for (TensorEntry entry : checkpoint.entries()) {
                String name = entry.name();
                if (choice.others().contains(name)) {
                    continue;
                }
                if (isCounter(entry)) {
                    counters.add(name);
                } else if (name.startsWith(prefix)) {
                    network.put(name.substring(prefix.length()), entry);
                } else {
                    beside.add(name);
                }
            }
            if (!counters.isEmpty()) {
                notes.add(new Assumption(
                        "left out what counts and is no weight: " + Names.list(counters, LISTED), false));
            }
            return new Sorted(prefix, network, beside);
        }

        private static boolean isCounter(TensorEntry entry) {
            String name = entry.name();
            return entry.elements() <= 1 && COUNTERS.contains(name.substring(name.lastIndexOf('.') + 1));
        }
    }

    private static String count(List<String> items, String what) {
        return Wording.count(items.size(), what);
    }

    /**
     * Tensors may be tied, that is share memory, but copies of all of them must stay in proportion to the file.
     */
    private static void requireProportion(Path path, Collection<TensorEntry> entries) {
        Map<CheckpointFile, List<FileRange>> byFile = new HashMap<>();
        for (TensorEntry entry : entries) {
            entry.range()
                    .ifPresent(range -> byFile.computeIfAbsent(range.file(), file -> new ArrayList<>())
                            .add(range));
        }
        byFile.values().forEach(ranges -> requireProportion(path, ranges));
    }

    private static void requireProportion(Path path, List<FileRange> ofFile) {
        ofFile.sort(Comparator.comparingLong(FileRange::begin));
        long end = 0;
        long distinct = 0;
        long sum = 0;
        for (FileRange range : ofFile) {
            long until = range.begin() + range.byteSize();
            distinct += Math.max(0, until - Math.max(range.begin(), end));
            sum += range.byteSize();
            end = Math.max(end, until);
        }
        if (sum / MAX_SHARING > distinct) {
            throw new CheckpointException(
                    path,
                    "has tensors that share memory, so that copies of them would take " + sum + " bytes for " + distinct
                            + " in the file; save clones of them");
        }
    }

    private Map<TensorSpec, TensorEntry> match(
            Path path, String prefix, Map<TensorId, TensorEntry> byId, List<String> unknown) {
        Map<TensorSpec, TensorEntry> tensors = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        List<String> misshapen = new ArrayList<>();
        for (TensorSpec spec : TensorSpec.of(config)) {
            @Nullable TensorEntry entry = byId.remove(spec.id());
            if (entry == null) {
                missing.add(prefix + names.format(spec.id()));
            } else if (!spec.accepts(entry.shape())) {
                misshapen.add(entry.name() + " is " + TensorEntry.format(entry.shape()) + ", not "
                        + TensorEntry.format(layout.shape(spec, config.design().pointwiseAsConv())));
            } else if (!entry.dtype().isReadable()) {
                misshapen.add(entry.name() + " is of type " + entry.dtype() + ", not F32, F16, BF16 or F64");
            } else {
                tensors.put(spec, entry);
            }
        }
        List<String> unexpected = new ArrayList<>();
        byId.values().forEach(entry -> unexpected.add(entry.name()));
        List<String> faults = new ArrayList<>();
        list(faults, "lacks", missing, LISTED);
        list(faults, "has the unknown", unknown, UNKNOWN_LISTED);
        list(faults, "has the unexpected", unexpected, LISTED);
        list(faults, "has a wrong shape or type in", misshapen, LISTED);
        if (!faults.isEmpty()) {
            throw new CheckpointException(
                    path,
                    "is not a complete " + config.name() + " in the " + layout.label() + " layout: "
                            + String.join("; ", faults)
                            + (unknown.isEmpty()
                                    ? ""
                                    : "; --ignore-unknown or LoadOptions.withUnknownIgnored leaves unknown tensors out"));
        }
        return tensors;
    }

    private static void list(List<String> faults, String what, List<String> items, int max) {
        if (!items.isEmpty()) {
            faults.add("it " + what + (items.size() == 1 ? " tensor " : " tensors ") + Names.list(items, max));
        }
    }
}

package org.convnext4j.model.weights;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.failure.Wording;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of the network in a file that holds more than it or names them in a wrapper's way: the image tower of a CLIP
 * model, timm's feature extractors, distilled networks with projectors. Source: timm's models/convnext.py, which reads
 * the same.
 *
 * @param tensors by their usual names
 * @param note what was left out, for the user
 */
record Trunk(Map<String, TensorEntry> tensors, Optional<Assumption> note) {
    private static final String TRUNK = "visual.trunk.";
    private static final Pattern FLAT = Pattern.compile("(stem|stages)_(\\d)\\.");
    private static final List<String> DISTILLED = List.of("projectors.", "norms.");

    /** Hugging Face's backbones may have a norm for the stem's map, which is no output here. */
    private static final String STEM_MAP_NORM = "hidden_states_norms.stem.";

    /** The network's part of a file. */
    static Trunk of(Map<String, TensorEntry> file) {
        if (file.containsKey(TRUNK + "stem.0.weight")) {
            return clip(file);
        }
        Map<String, TensorEntry> tensors = new LinkedHashMap<>();
        if (file.containsKey("stem_0.weight")) {
            file.forEach((name, entry) -> tensors.put(FLAT.matcher(name).replaceFirst("$1.$2."), entry));
            return new Trunk(tensors, Optional.empty());
        }
        boolean facebook = file.containsKey("downsample_layers.0.0.weight");
        List<String> beside = facebook ? DISTILLED : List.of(STEM_MAP_NORM);
        file.forEach((name, entry) -> {
            if (beside.stream().noneMatch(name::startsWith)) {
                tensors.put(name, entry);
            }
        });
        String what = facebook ? "of projectors" : "that norm the stem's own map, which is no output here";
        return new Trunk(tensors, left(file.size() - tensors.size(), what));
    }

    /** The head may project without a bias; as a classifier it gets one of zeros. */
    private static Trunk clip(Map<String, TensorEntry> file) {
        Map<String, TensorEntry> tensors = new LinkedHashMap<>();
        file.forEach((name, entry) -> {
            if (name.startsWith(TRUNK)) {
                tensors.put(name.substring(TRUNK.length()), entry);
            }
        });
        int madeUp = putLinear(tensors, "head.fc", file, "visual.head.proj")
                + putLinear(tensors, "head.pre_logits.fc", file, "visual.head.mlp.fc1")
                + putLinear(tensors, "head.fc", file, "visual.head.mlp.fc2");
        return new Trunk(tensors, left(file.size() - tensors.size() + madeUp, "beside the image tower"));
    }

    /** Puts a linear layer, with zeros for a bias that it lacks; returns how many tensors were made up. */
    private static int putLinear(
            Map<String, TensorEntry> tensors, String name, Map<String, TensorEntry> file, String source) {
        @Nullable TensorEntry weight = file.get(source + ".weight");
        if (weight == null) {
            return 0;
        }
        tensors.put(name + ".weight", weight);
        @Nullable TensorEntry bias = file.get(source + ".bias");
        if (bias != null) {
            tensors.put(name + ".bias", bias);
            return 0;
        }
        if (weight.shape().isEmpty() || weight.elements() == 0) {
            return 0;
        }
        // No more than the weight itself has in the file.
        long outputs = weight.shape().get(0);
        tensors.put(
                name + ".bias",
                new TensorEntry(
                        weight.name() + "'s bias",
                        DType.F32,
                        List.of(outputs),
                        Arena.ofAuto().allocate(outputs * Float.BYTES, Tensor.ALIGNMENT_BYTES)));
        return 1;
    }

    private static Optional<Assumption> left(int count, String what) {
        return count == 0
                ? Optional.empty()
                : Optional.of(new Assumption("left out " + Wording.count(count, "tensor") + " " + what, false));
    }
}

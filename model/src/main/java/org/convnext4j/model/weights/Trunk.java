package org.convnext4j.model.weights;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.convnext4j.engine.tensor.Tensor;
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
        file.forEach((name, entry) -> {
            if (!facebook || DISTILLED.stream().noneMatch(name::startsWith)) {
                tensors.put(name, entry);
            }
        });
        return new Trunk(tensors, left(file.size() - tensors.size(), "of projectors"));
    }

    /** The head projects without a bias; as a classifier it gets one of zeros. */
    private static Trunk clip(Map<String, TensorEntry> file) {
        Map<String, TensorEntry> tensors = new LinkedHashMap<>();
        file.forEach((name, entry) -> {
            if (name.startsWith(TRUNK)) {
                tensors.put(name.substring(TRUNK.length()), entry);
            }
        });
        int projections = putWithoutBias(tensors, "head.fc", file.get("visual.head.proj.weight"))
                + putWithoutBias(tensors, "head.pre_logits.fc", file.get("visual.head.mlp.fc1.weight"))
                + putWithoutBias(tensors, "head.fc", file.get("visual.head.mlp.fc2.weight"));
        return new Trunk(tensors, left(file.size() - tensors.size() + projections, "beside the image tower"));
    }

    /** Returns how many tensors were made up. */
    private static int putWithoutBias(Map<String, TensorEntry> tensors, String name, @Nullable TensorEntry weight) {
        if (weight == null) {
            return 0;
        }
        tensors.put(name + ".weight", weight);
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
                : Optional.of(new Assumption("left out " + count + " tensors " + what, false));
    }
}

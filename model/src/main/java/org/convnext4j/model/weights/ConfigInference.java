package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.convnext4j.model.ConvNeXtConfig;
import org.jspecify.annotations.Nullable;

/**
 * Tells a network's configuration from the names and shapes of its tensors. The epsilons are not in a file; they are
 * those of the published models.
 */
final class ConfigInference {
    private ConfigInference() {}

    static ConvNeXtConfig infer(Path path, Layout layout, Map<TensorId, TensorEntry> tensors) {
        List<Integer> depths = new ArrayList<>();
        List<Integer> dims = new ArrayList<>();
        for (int s = 0; s < ConvNeXtConfig.STAGES; s++) {
            TensorId conv = new TensorId(s == 0 ? Part.STEM_CONV : Part.DOWNSAMPLE_CONV, s, 0, false);
            dims.add(dim(path, layout, tensors, conv, 4, 0));
            depths.add(depth(path, layout, tensors, s));
        }
        TensorId stem = new TensorId(Part.STEM_CONV, 0, 0, false);
        TensorId head = new TensorId(Part.HEAD, 0, 0, false);
        boolean layerScale = tensors.keySet().stream().anyMatch(id -> id.part() == Part.GAMMA);
        try {
            return new ConvNeXtConfig(
                    depths,
                    dims,
                    dim(path, layout, tensors, head, 2, 0),
                    dim(path, layout, tensors, stem, 4, 1),
                    dim(path, layout, tensors, stem, 4, 2),
                    layerScale,
                    ConvNeXtConfig.LAYER_NORM_EPS,
                    ConvNeXtConfig.LAYER_NORM_EPS);
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(path, "implies an impossible network: " + e.getMessage(), e);
        }
    }

    private static int depth(Path path, Layout layout, Map<TensorId, TensorEntry> tensors, int stage) {
        int depth = 0;
        for (TensorId id : tensors.keySet()) {
            if (id.part().isInBlock() && id.stage() == stage) {
                depth = Math.max(depth, id.block() + 1);
            }
        }
        TensorId last = new TensorId(Part.DWCONV, stage, Math.max(depth - 1, 0), false);
        if (depth == 0) {
            throw new CheckpointException(path, "lacks tensor " + layout.format(last));
        }
        if (depth > tensors.size()) {
            throw new CheckpointException(
                    path, "names block " + (depth - 1) + " of stage " + stage + ", but lacks those before it");
        }
        return depth;
    }

    private static int dim(
            Path path, Layout layout, Map<TensorId, TensorEntry> tensors, TensorId id, int rank, int axis) {
        @Nullable TensorEntry entry = tensors.get(id);
        if (entry == null) {
            throw new CheckpointException(
                    path,
                    "lacks tensor " + layout.format(id)
                            + (id.part() == Part.HEAD ? "; models without a classifier are not supported" : ""));
        }
        List<Long> shape = entry.shape();
        if (shape.size() != rank || shape.get(axis) > Integer.MAX_VALUE) {
            throw new CheckpointException(
                    path,
                    "tensor " + entry.name() + " has the shape " + TensorEntry.format(shape) + "; " + rank
                            + " dimensions were expected");
        }
        return shape.get(axis).intValue();
    }
}

package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the weights in what torch.save saved: the dict itself, or the one a training script wrapped. */
final class StateDict {
    /** Where training scripts put the weights, the likeliest first. */
    private static final List<String> WRAPPERS =
            List.of("model", "state_dict", "module", "model_ema", "state_dict_ema", "model_state_dict");

    private StateDict() {}

    /** The tensors by name, in the dict's order. */
    static Map<String, TorchTensor> find(Path path, Object root) {
        if (!(root instanceof PickleDict dict)) {
            throw new CheckpointException(
                    path, "holds no dict of tensors; save model.state_dict() rather than the model itself");
        }
        for (String wrapper : WRAPPERS) {
            @Nullable Object inner = dict.get(wrapper);
            if (inner instanceof PickleDict wrapped) {
                Map<String, TorchTensor> tensors = tensors(path, wrapped);
                if (!tensors.isEmpty()) {
                    return tensors;
                }
            }
        }
        Map<String, TorchTensor> tensors = tensors(path, dict);
        if (tensors.isEmpty()) {
            throw new CheckpointException(path, "holds no tensors, neither directly nor under any of " + WRAPPERS);
        }
        return tensors;
    }

    private static Map<String, TorchTensor> tensors(Path path, PickleDict dict) {
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        dict.items().forEach((key, value) -> {
            if (value instanceof TorchTensor tensor) {
                if (!(key instanceof String name)) {
                    throw new CheckpointException(path, "has a tensor whose name is not a string");
                }
                tensors.put(name, tensor);
            }
        });
        return tensors;
    }
}

package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the weights in what torch.save saved: the dict itself, or those that a training script wrapped in further dicts,
 * whatever it calls them. Where there is more than one network, such as the averaged weights beside the others, each
 * tensor's name begins with the place of its dict, {@code state_dict_ema.} for one, and {@link NetworkChoice} chooses.
 */
final class StateDict {
    /** Where training scripts put tensors that are no network known here, the likeliest first. */
    private static final List<String> WRAPPERS =
            List.of("model", "state_dict", "module", "model_ema", "state_dict_ema", "model_state_dict");

    /** Dicts within dicts that are looked through. */
    private static final int MAX_DEPTH = 3;

    /** Longer keys are no wrapper's, and every tensor's name would repeat them. */
    private static final int MAX_KEY = 100;

    /** More networks are in no file. */
    private static final int MAX_NETWORKS = 16;

    private final Map<String, Map<String, TorchTensor>> networks = new LinkedHashMap<>();
    private final Set<PickleDict> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private StateDict() {}

    /** The tensors by name, in their dicts' order. */
    static Map<String, TorchTensor> find(Path path, Object root) {
        if (!(root instanceof PickleDict dict)) {
            throw new CheckpointException(
                    path, "holds no dict of tensors; save model.state_dict() rather than the model itself");
        }
        StateDict search = new StateDict();
        search.collect("", dict);
        if (search.networks.isEmpty()) {
            return anyTensors(path, dict);
        }
        if (search.networks.size() == 1) {
            Map.Entry<String, Map<String, TorchTensor>> only =
                    search.networks.entrySet().iterator().next();
            // The place of averaged weights is kept, for it says what they are.
            if (!NetworkChoice.isAveraged(only.getKey())) {
                return only.getValue();
            }
        }
        Map<String, TorchTensor> all = new LinkedHashMap<>();
        search.networks.forEach((place, tensors) -> tensors.forEach((name, tensor) -> all.put(place + name, tensor)));
        return all;
    }

    /** Breadth first, so that a dict that is to be found at two places counts for the nearer; each is walked once. */
    private void collect(String rootPlace, PickleDict root) {
        Map<String, PickleDict> level = Map.of(rootPlace, root);
        for (int depth = 0; depth <= MAX_DEPTH; depth++) {
            Map<String, PickleDict> next = new LinkedHashMap<>();
            for (Map.Entry<String, PickleDict> entry : level.entrySet()) {
                if (!seen.add(entry.getValue())) {
                    continue;
                }
                Map<String, TorchTensor> tensors = tensors(entry.getValue());
                if (networks.size() < MAX_NETWORKS
                        && !NetworkChoice.prefixes(tensors.keySet()).isEmpty()) {
                    networks.put(entry.getKey(), tensors);
                }
                entry.getValue().items().forEach((key, value) -> {
                    if (value instanceof PickleDict inner && key.length() <= MAX_KEY) {
                        next.put(entry.getKey() + key + ".", inner);
                    }
                });
            }
            level = next;
        }
    }

    /** Those of a file that holds no network known here, so that others can say what they miss. */
    private static Map<String, TorchTensor> anyTensors(Path path, PickleDict dict) {
        List<PickleDict> places = new ArrayList<>();
        for (String wrapper : WRAPPERS) {
            @Nullable Object inner = dict.get(wrapper);
            if (inner instanceof PickleDict wrapped) {
                places.add(wrapped);
            }
        }
        places.add(dict);
        return places.stream()
                .map(StateDict::tensors)
                .filter(tensors -> !tensors.isEmpty())
                .findFirst()
                .orElseThrow(() -> new CheckpointException(
                        path, "holds no tensors, neither directly nor under any of " + WRAPPERS));
    }

    private static Map<String, TorchTensor> tensors(PickleDict dict) {
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        dict.items().forEach((key, value) -> {
            if (value instanceof TorchTensor tensor) {
                tensors.put(key, tensor);
            }
        });
        return tensors;
    }
}

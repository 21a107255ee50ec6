package org.convnext4j.model.roadmap;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.TensorPlan;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.train.Initialisation;
import org.convnext4j.model.weights.Checkpoint;
import org.convnext4j.model.weights.CheckpointException;
import org.convnext4j.model.weights.DType;
import org.convnext4j.model.weights.TensorEntry;

/** A float for every element of a network's tensors: its weights, their gradients or a moment of the optimizer. */
public final class RoadmapWeights implements TensorSource {
    /** PyTorch counts the batches of BatchNorm; nothing here depends on it. */
    private static final String BATCH_COUNT = ".num_batches_tracked";

    private final RoadmapNetwork network;
    private final Map<String, TensorPlan> plans;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private RoadmapWeights(RoadmapNetwork network, Arena arena) {
        this.network = network;
        this.plans = network.tensors();
        plans.forEach((name, plan) -> {
            long bytes = plan.shape().elements() * Float.BYTES;
            tensors.put(name, new Tensor(plan.shape(), arena.allocate(bytes, Tensor.ALIGNMENT_BYTES)));
        });
    }

    /** Zeros that live as long as {@code arena}. */
    public static RoadmapWeights zeros(RoadmapNetwork network, Arena arena) {
        return new RoadmapWeights(network, arena);
    }

    /**
     * A network before its training, all steps in one way: filters and classifier as {@link Initialisation#normal} draws
     * them, biases 0, norms 1, running statistics 0 and 1, gamma 1e-6.
     *
     * @param arena how long they live
     * @param seed of the run
     */
    public static RoadmapWeights fresh(RoadmapNetwork network, Arena arena, long seed) {
        RoadmapWeights weights = zeros(network, arena);
        weights.plans.forEach((name, plan) -> {
            Tensor tensor = weights.tensor(name);
            switch (plan.role()) {
                case CONV_WEIGHT, LINEAR_WEIGHT -> Initialisation.normal(tensor, name, seed);
                case NORM_WEIGHT, RUNNING_VARIANCE -> fill(tensor, 1);
                case GAMMA -> fill(tensor, 1e-6f);
                case CONV_BIAS, NORM_BIAS, RUNNING_MEAN, LINEAR_BIAS, RESPONSE_GAMMA, RESPONSE_BETA -> fill(tensor, 0);
            }
        });
        return weights;
    }

    /**
     * The weights in a checkpoint, such as torchvision's ResNet-50 for the walk's first step.
     *
     * @param arena how long they live
     * @throws CheckpointException if the file cannot be read, or its tensors are not those of the network
     */
    public static RoadmapWeights load(RoadmapNetwork network, Path file, Arena arena) {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Map<String, TensorEntry> entries = new LinkedHashMap<>();
            checkpoint.entries().stream()
                    .filter(entry -> !entry.name().endsWith(BATCH_COUNT))
                    .forEach(entry -> entries.put(entry.name(), entry));
            RoadmapWeights weights = new RoadmapWeights(network, arena);
            weights.read(file, "", entries);
            if (!entries.isEmpty()) {
                throw new CheckpointException(
                        file,
                        "has the tensor " + entries.keySet().iterator().next() + ", which " + network.name()
                                + " lacks; name the step and the classes that the file is of");
            }
            return weights;
        }
    }

    /** Takes the tensors whose names begin with {@code prefix} out of {@code entries}. */
    void read(Path file, String prefix, Map<String, TensorEntry> entries) {
        tensors.forEach((name, tensor) -> {
            TensorEntry entry = entries.remove(prefix + name);
            if (entry == null) {
                throw new CheckpointException(file, "lacks the tensor " + prefix + name + " of " + network.name());
            }
            List<Long> wanted =
                    tensor.shape().dims().stream().map(Integer::longValue).toList();
            if (!entry.shape().equals(wanted)) {
                throw new CheckpointException(
                        file,
                        entry.name() + " has the shape " + entry.shape() + ", but " + network.name() + " has "
                                + wanted);
            }
            try {
                entry.copyTo(tensor);
            } catch (IllegalArgumentException e) {
                throw new CheckpointException(file, entry.name() + " cannot be read: " + e.getMessage(), e);
            }
        });
    }

    /** Every tensor for a file, its name after {@code prefix}. */
    List<TensorEntry> entries(String prefix) {
        List<TensorEntry> entries = new ArrayList<>();
        tensors.forEach((name, tensor) -> entries.add(new TensorEntry(
                prefix + name,
                DType.F32,
                tensor.shape().dims().stream().map(Integer::longValue).toList(),
                tensor.data())));
        return entries;
    }

    /** Every tensor's plan by its name. */
    Map<String, TensorPlan> plans() {
        return plans;
    }

    /** Sets everything to 0. */
    void zero() {
        tensors.values().forEach(tensor -> tensor.data().fill((byte) 0));
    }

    private static void fill(Tensor tensor, float value) {
        for (long i = 0; i < tensor.elements(); i++) {
            tensor.set(i, value);
        }
    }

    /** The memory of a tensor. */
    MemorySegment data(String name) {
        return tensor(name).data();
    }

    @Override
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(network.name() + " has no tensor " + name);
        }
        return tensor;
    }
}

package org.convnext4j.model.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.convnext4j.engine.tensor.Shape;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.ConvNeXtConfig;
import org.convnext4j.model.LoadOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ConvNeXt read from a file: its configuration, told from names and shapes, and its weights. Float32 tensors view the
 * mapped file; other types are converted once, on reading. The weights can be read from any thread until this is
 * closed.
 */
public final class ConvNeXtCheckpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConvNeXtCheckpoint.class);

    private final Checkpoint file;
    private final Arena arena;
    private final TensorIndex index;
    private final ConvNeXtWeights weights;

    private ConvNeXtCheckpoint(Checkpoint file, Arena arena, TensorIndex index) {
        this.file = file;
        this.arena = arena;
        this.index = index;
        Map<String, TensorEntry> byName = new HashMap<>();
        index.tensors().forEach((spec, entry) -> byName.put(TensorNames.OWN.format(spec.id()), entry));
        this.weights = ConvNeXtWeights.assemble(
                index.config(), (name, shape) -> tensor(Objects.requireNonNull(byName.get(name)), shape));
    }

    /**
     * Reads a checkpoint of any supported format and layout, and checks that every weight is finite.
     *
     * @throws CheckpointException if the file cannot be read, is damaged, holds no complete ConvNeXt of a supported
     *     kind, or has a weight that is NaN or infinite
     */
    public static ConvNeXtCheckpoint read(Path path) {
        return read(path, LoadOptions.DEFAULT);
    }

    /**
     * Reads a checkpoint about which the caller knows more than the file says.
     *
     * @throws CheckpointException as {@link #read(Path)}, and if the options do not fit the file
     */
    public static ConvNeXtCheckpoint read(Path path, LoadOptions options) {
        ConvNeXtCheckpoint checkpoint = readUnchecked(path, options);
        try {
            checkpoint.requireFinite();
            return checkpoint;
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    /**
     * Like {@link #read(Path)}, but looks at no weight, so that opening a mapped float32 file costs next to nothing.
     *
     * @throws CheckpointException as {@link #read(Path)}, but not for weights that are NaN or infinite
     */
    public static ConvNeXtCheckpoint readUnchecked(Path path) {
        return readUnchecked(path, LoadOptions.DEFAULT);
    }

    /**
     * Like {@link #read(Path, LoadOptions)}, but looks at no weight.
     *
     * @throws CheckpointException as {@link #read(Path, LoadOptions)}, but not for weights that are NaN or infinite
     */
    @SuppressWarnings("MustBeClosedChecker") // closed with the checkpoint
    public static ConvNeXtCheckpoint readUnchecked(Path path, LoadOptions options) {
        Checkpoint file = Checkpoint.open(path);
        Arena arena = Arena.ofShared();
        try {
            TensorIndex index = TensorIndex.of(file, options);
            ConvNeXtCheckpoint checkpoint = new ConvNeXtCheckpoint(file, arena, index);
            LOG.debug(
                    "{}: {} in the {} layout",
                    path,
                    index.config().name(),
                    index.layout().label());
            return checkpoint;
        } catch (RuntimeException e) {
            arena.close();
            file.close();
            throw e;
        }
    }

    /** The file. */
    public Path path() {
        return file.path();
    }

    /** How the file names its tensors. */
    public Layout layout() {
        return index.layout();
    }

    /**
     * The network, from the tensors' names and shapes. What these do not show, such as the epsilons, comes from a timm or
     * Hugging Face {@code config.json} beside the file, from the published network of these shapes, or is as in the paper;
     * see {@link #assumptions}.
     */
    public ConvNeXtConfig config() {
        return index.config();
    }

    /** What was assumed about the network because nothing says it; often empty. */
    public List<Assumption> assumptions() {
        return index.assumptions();
    }

    /** The weights, float32. */
    public ConvNeXtWeights weights() {
        return weights;
    }

    /** The types of the file's tensors. */
    public Set<DType> dtypes() {
        Set<DType> dtypes = new TreeSet<>();
        index.tensors().values().forEach(entry -> dtypes.add(entry.dtype()));
        return dtypes;
    }

    /** The file's own notes, often empty. */
    public Map<String, String> metadata() {
        return file.metadata();
    }

    /**
     * Checks every weight.
     *
     * @throws CheckpointException naming the first tensor that has a NaN or an infinity
     */
    public void requireFinite() {
        Map<String, String> names = new HashMap<>();
        index.tensors().forEach((spec, entry) -> names.put(TensorNames.OWN.format(spec.id()), entry.name()));
        weights.forEach((name, tensor) -> {
            long at = FloatConversion.firstNonFinite(tensor);
            if (at >= 0) {
                throw new CheckpointException(
                        path(),
                        "tensor " + names.get(name) + " has the value " + tensor.get(at) + " at element " + at
                                + "; the weights are damaged or their training diverged");
            }
        });
    }

    /** Frees the weights and unmaps the file. */
    @Override
    public void close() {
        arena.close();
        file.close();
    }

    private Tensor tensor(TensorEntry entry, Shape shape) {
        if (entry.dtype() == DType.F32) {
            return new Tensor(shape, entry.data());
        }
        List<Integer> dims = shape.dims();
        Tensor tensor =
                Tensor.allocate(arena, dims.stream().mapToInt(Integer::intValue).toArray());
        MemorySegment data = entry.data();
        FloatConversion.toFloat32(entry.dtype(), data, tensor.data());
        return tensor;
    }
}

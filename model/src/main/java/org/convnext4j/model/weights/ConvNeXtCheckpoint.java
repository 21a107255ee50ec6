package org.convnext4j.model.weights;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.convnext4j.bindings.LargeMemory;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.Workspace;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ConvNeXt read from a file: its configuration, told from names and shapes, and its weights, which are copied into memory
 * and converted to float32 on the way. The weights can be read from any thread until this is closed.
 */
public final class ConvNeXtCheckpoint implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConvNeXtCheckpoint.class);

    private final Checkpoint file;
    private final Arena arena;
    private final TensorIndex index;
    private @Nullable ConvNeXtWeights weights;
    private boolean closed;

    private ConvNeXtCheckpoint(Checkpoint file, Arena arena, TensorIndex index) {
        this.file = file;
        this.arena = arena;
        this.index = index;
    }

    /**
     * Reads a checkpoint of any supported format and layout, and checks that every weight is finite. The file is closed
     * when this returns, and nothing that happens to it later matters.
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
        boolean complete = false;
        try {
            checkpoint.requireFinite();
            checkpoint.file.close();
            complete = true;
            return checkpoint;
        } finally {
            if (!complete) {
                checkpoint.close();
            }
        }
    }

    /**
     * Like {@link #read(Path)}, but looks at no weight before {@link #weights} is called, so that it costs next to nothing.
     * The file stays open until this is closed.
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
        Arena arena = null;
        boolean complete = false;
        try {
            arena = Arena.ofShared();
            TensorIndex index = TensorIndex.of(file, options);
            ConvNeXtCheckpoint checkpoint = new ConvNeXtCheckpoint(file, arena, index);
            LOG.debug(
                    "{}: {} in the {} layout",
                    path,
                    index.config().name(),
                    index.layout().label());
            complete = true;
            return checkpoint;
        } finally {
            if (!complete) {
                file.close();
                if (arena != null) {
                    arena.close();
                }
            }
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

    /**
     * The weights, float32; read at the first call, unless they have been {@link #read}.
     *
     * @throws CheckpointException if the file cannot be read any more, or has become shorter
     * @throws IllegalStateException if this is closed
     */
    public synchronized ConvNeXtWeights weights() {
        if (closed) {
            throw new IllegalStateException("the checkpoint " + path() + " is closed");
        }
        if (weights == null) {
            weights = readWeights();
        }
        return weights;
    }

    private ConvNeXtWeights readWeights() {
        Map<String, TensorEntry> byName = new HashMap<>();
        long bytes = 0;
        for (Map.Entry<TensorSpec, TensorEntry> tensor : index.tensors().entrySet()) {
            TensorEntry entry = tensor.getValue();
            byName.put(TensorNames.OWN.format(tensor.getKey().id()), entry);
            bytes += Workspace.alignedBytes(entry.elements());
        }
        SegmentAllocator memory =
                SegmentAllocator.slicingAllocator(LargeMemory.allocate(arena, bytes, Tensor.ALIGNMENT_BYTES));
        return ConvNeXtWeights.assemble(index.config(), (name, shape) -> {
            TensorEntry entry = Objects.requireNonNull(byName.get(name));
            MemorySegment floats = memory.allocate(entry.elements() * Float.BYTES, Tensor.ALIGNMENT_BYTES);
            Tensor tensor = new Tensor(shape, floats);
            entry.copyTo(tensor);
            return tensor;
        });
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
        weights().forEach((name, tensor) -> {
            long at = FloatConversion.firstNonFinite(tensor);
            if (at >= 0) {
                throw new CheckpointException(
                        path(),
                        "tensor " + names.get(name) + " has the value " + tensor.get(at) + " at element " + at
                                + "; the weights are damaged or their training diverged");
            }
        });
    }

    /** Frees the weights and closes the file; may be called again. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            file.close();
            arena.close();
        }
    }
}

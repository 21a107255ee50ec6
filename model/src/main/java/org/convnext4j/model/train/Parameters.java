package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.weights.ConvNeXtWeights;
import org.jspecify.annotations.Nullable;

/**
 * All that a run changes in a network: the weights, their gradients, both moments of AdamW and the moving average, each
 * one block of the same layout. Any thread may use the blocks until this is closed; nothing here locks, but a pass or a step
 * of the optimizer that is under way keeps the blocks from being freed.
 */
public final class Parameters implements AutoCloseable {
    private static final String HEAD = "head.";
    private static final int BLOCKS = 4;

    private static final int CLOSED = -1;

    private final Arena arena;

    /** How many passes and steps are under way. */
    private final AtomicInteger uses = new AtomicInteger();

    private final ParameterBlock weights;
    private final ParameterBlock gradients;
    private final ParameterBlock firstMoments;
    private final ParameterBlock secondMoments;
    private final @Nullable ParameterBlock ema;

    private Parameters(Arena arena, ParameterLayout layout, boolean withEma) {
        this.arena = arena;
        this.weights = ParameterBlock.allocate(layout, arena);
        this.gradients = ParameterBlock.allocate(layout, arena);
        this.firstMoments = ParameterBlock.allocate(layout, arena);
        this.secondMoments = ParameterBlock.allocate(layout, arena);
        this.ema = withEma ? ParameterBlock.allocate(layout, arena) : null;
    }

    /**
     * Blocks of zeros for a network, of {@link #bytes} bytes.
     *
     * @throws TrainingException if it has no classifier
     */
    @SuppressWarnings("MustBeClosedChecker") // closed with the parameters
    public static Parameters allocate(ConvNeXtConfig network, boolean withEma) {
        TrainingConfig.requireTrainable(network);
        Arena arena = Arena.ofShared();
        try {
            return new Parameters(arena, ParameterLayout.of(network), withEma);
        } catch (RuntimeException | OutOfMemoryError e) {
            arena.close();
            throw e;
        }
    }

    /** What the blocks of a network take, bytes. */
    public static long bytes(ConvNeXtConfig network, boolean withEma) {
        return ParameterLayout.of(network).bytes() * (BLOCKS + (withEma ? 1 : 0));
    }

    /**
     * A network to be trained from scratch, drawn from the run's seed as {@link Initialisation} says. Its blocks have a
     * gamma as {@link #started} says.
     */
    public static Parameters fresh(ConvNeXtConfig network, TrainingConfig config) {
        RegularisationConfig start = config.regularisation();
        Parameters parameters = allocate(started(network, config), config.ema().on());
        Initialisation.fresh(
                parameters.weights, start.initialWeights(), start.layerScale(), start.headInitScale(), config.seed());
        parameters.restartEma();
        return parameters;
    }

    /**
     * A network as it is trained from scratch: its blocks have a gamma if and only if {@code regularisation.layerScale} is
     * above 0, but those with a response norm stay as they are, because that norm takes gamma's place.
     */
    static ConvNeXtConfig started(ConvNeXtConfig network, TrainingConfig config) {
        return network.design().responseNorm()
                ? network
                : network.withLayerScale(config.regularisation().layerScale() > 0);
    }

    /**
     * A network to be fine-tuned. Its classifier is drawn anew from the run's seed if the number of classes is another or
     * {@code freshHead} says so; the norm before it is kept. Its blocks have a gamma if {@code start} has,
     * whatever {@code regularisation.layerScale} is.
     *
     * @param network what {@code start} is the weights of
     * @param start copied; may be closed afterwards
     * @param classes of the new task
     * @param freshHead whether a classifier of as many classes is replaced too
     * @throws IllegalArgumentException if {@code start} does not fit {@code network}
     */
    public static Parameters fineTune(
            ConvNeXtConfig network, ConvNeXtWeights start, int classes, boolean freshHead, TrainingConfig config) {
        boolean keepHead = classes == network.classes() && !freshHead;
        List<Integer> rows = keepHead ? IntStream.range(0, classes).boxed().toList() : List.of();
        return fineTune(network, start, classes, rows, config);
    }

    /**
     * As the other, with a classifier of chosen rows.
     *
     * @param rows for each class the row of {@code start}'s classifier that it starts with; if empty, the classifier is
     *     drawn anew
     */
    static Parameters fineTune(
            ConvNeXtConfig network, ConvNeXtWeights start, int classes, List<Integer> rows, TrainingConfig config) {
        ParameterBlock.requireFits(network, start);
        Parameters parameters =
                allocate(network.withClasses(classes), config.ema().on());
        start.forEach((name, tensor) -> {
            if (!name.startsWith(HEAD)) {
                parameters.weights.copy(name, tensor);
            } else if (!rows.isEmpty()) {
                copyRows(parameters.weights.tensor(name), tensor, rows);
            }
        });
        if (rows.isEmpty()) {
            Initialisation.head(parameters.weights, config.regularisation().headInitScale(), config.seed());
        }
        parameters.restartEma();
        return parameters;
    }

    /** Copies rows of the classifier's weights or of its bias. */
    private static void copyRows(Tensor to, Tensor from, List<Integer> rows) {
        long rowBytes = to.data().byteSize() / rows.size();
        for (int i = 0; i < rows.size(); i++) {
            MemorySegment.copy(from.data(), rows.get(i) * rowBytes, to.data(), i * rowBytes, rowBytes);
        }
    }

    /** Sets the moving average, if there is one, to the weights. */
    public void restartEma() {
        if (ema != null) {
            ema.copyFrom(weights);
        }
    }

    /** What lies where in each block. */
    public ParameterLayout layout() {
        return weights.layout();
    }

    /** The network. */
    public ConvNeXtConfig network() {
        return layout().network();
    }

    /** What the forward pass reads and the optimizer moves. */
    public ParameterBlock weights() {
        return weights;
    }

    /** The loss's derivatives by the weights; the trainer sets them to 0 before each step's first pass. */
    public ParameterBlock gradients() {
        return gradients;
    }

    /** AdamW's m, the decaying mean of the gradients. */
    public ParameterBlock firstMoments() {
        return firstMoments;
    }

    /** AdamW's v, the decaying mean of the squared gradients. */
    public ParameterBlock secondMoments() {
        return secondMoments;
    }

    /** The moving average of the weights; empty if the run keeps none. */
    public Optional<ParameterBlock> ema() {
        return Optional.ofNullable(ema);
    }

    /** What a finished run gives: the moving average if there is one, else the weights. They view the blocks. */
    public ConvNeXtWeights result() {
        return (ema == null ? weights : ema).weights();
    }

    /**
     * Keeps the blocks until {@link #end}: kernels read and write them without looking whether they are still there.
     *
     * @throws IllegalStateException if they are freed
     */
    void begin() {
        if (uses.getAndUpdate(now -> now == CLOSED ? CLOSED : now + 1) == CLOSED) {
            throw new IllegalStateException("the parameters are closed");
        }
    }

    /** Ends what {@link #begin} began. */
    void end() {
        uses.decrementAndGet();
    }

    /**
     * Frees all blocks; their tensors must not be used any more. May be called again.
     *
     * @throws IllegalStateException if another thread is at a pass or a step on them; close them after it
     */
    @Override
    public void close() {
        int before = uses.compareAndExchange(0, CLOSED);
        if (before > 0) {
            throw new IllegalStateException("the parameters are in use by a training step; close them when it is done");
        }
        if (before == 0) {
            arena.close();
        }
    }
}

package org.convnext4j.model.train;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.GradientKernels;
import org.convnext4j.engine.kernel.gradient.SoftmaxCrossEntropy;
import org.convnext4j.engine.parallel.StackRoom;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.parallel.TeamReading;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.Batch;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.jspecify.annotations.Nullable;

/**
 * The forward and backward pass of a whole ConvNeXt: the loss of a batch, and its gradient by every weight.
 *
 * <p>It reads the weights of the {@link Parameters} anew in each pass, and adds to their gradients. Memory is planned for
 * the size of the batch and kept until another size comes. With the kernels of the Vector API the results are the same to
 * the bit for any number of threads. For one thread at a time.
 */
public final class NetworkGradient implements GradientPass {
    private final Engine engine;
    private final Parameters parameters;
    private final GradientKernels gradientKernels;
    private final ConvNeXtConfig config;
    private final boolean recompute;
    private final Arena arena;
    private final NetworkPasses passes;
    private boolean closed;
    private @Nullable Activations activations;
    private List<MemorySegment> scratch = List.of();
    private @Nullable Arena scratchArena;

    /** What {@link #scratch} was measured for; how much each member needs also depends on how many there are. */
    private @Nullable Activations scratchFor;

    @SuppressWarnings("MustBeClosedChecker") // closed by close()
    private NetworkGradient(Engine engine, Parameters parameters, boolean recompute) {
        this.engine = engine;
        this.parameters = parameters;
        this.gradientKernels = engine.gradientKernels();
        this.config = parameters.network();
        this.recompute = recompute;
        this.arena = Arena.ofShared();
        this.passes = new NetworkPasses(arena, engine.kernels().gemm(), parameters, recompute);
    }

    /**
     * The passes on the engine's kernels and threads.
     *
     * @param parameters whose weights are read and whose gradients are added to; must outlive this
     * @throws org.convnext4j.engine.EngineException if the engine's backend has no kernels for it here
     */
    public static NetworkGradient of(Engine engine, Parameters parameters) {
        return new NetworkGradient(engine, parameters, false);
    }

    /**
     * As {@link #of}, but what a block computed is not kept but computed again on the way back (gradient checkpointing,
     * Chen et al., 2016): the forward pass of each block twice, for less memory ({@link Activations} has the figures), and
     * the same result to the bit.
     */
    public static NetworkGradient recomputing(Engine engine, Parameters parameters) {
        return new NetworkGradient(engine, parameters, true);
    }

    /**
     * One forward and backward pass: adds the gradients of {@code lossScale} times the mean loss to the parameters'.
     *
     * @param batch with soft targets, or else labels
     * @param loss what is minimised; soft targets are taken with the smoothing they have
     * @param lossScale 1, or less where the gradients of several batches are accumulated
     * @param depth which blocks are skipped
     * @param seed for {@code depth}
     * @param pass for {@code depth}: how many passes there were before
     * @return the mean loss, not scaled; NaN or infinite if the weights are beyond all bounds
     * @throws IllegalArgumentException if the pictures or their targets do not fit the network
     */
    @Override
    public double accumulate(
            Batch batch, TrainingLoss loss, double lossScale, StochasticDepth depth, long seed, long pass) {
        Optional<Tensor> targets = batch.targets();
        Depth drop = new Depth(depth, seed, pass);
        targets.ifPresent(soft -> Targets.requireTargets(batch.images(), soft, config.classes()));
        if (!loss.classWeights().isEmpty()) {
            try (Arena weighing = Arena.ofConfined()) {
                Tensor weighted = loss.targets(batch.labels(), targets, config.classes(), weighing);
                return run(batch.images(), drop, logits -> softLoss(logits, weighted, lossScale));
            }
        }
        if (targets.isEmpty()) {
            return accumulate(batch.images(), batch.labels(), loss.smoothing(), lossScale, drop);
        }
        return run(batch.images(), drop, logits -> softLoss(logits, targets.get(), lossScale));
    }

    /** As the public method, for pictures (N, I, H, W) and a label for each. */
    double accumulate(Tensor images, int[] labels, double smoothing, double lossScale, Depth depth) {
        Targets.requireLabels(images, labels);
        return run(images, depth, logits -> hardLoss(logits, labels, smoothing, lossScale));
    }

    /** The mean loss of logits, whose place takes the gradient. */
    private interface Loss {
        double of(MemorySegment logits);
    }

    private double hardLoss(MemorySegment logits, int[] labels, double smoothing, double lossScale) {
        int n = labels.length;
        int k = config.classes();
        double[] losses = new double[n];
        SoftmaxCrossEntropy.labels(n, k, smoothing, lossScale / n, logits, 0, k, labels, 0, losses, 0, logits, 0, k);
        return mean(losses);
    }

    private double softLoss(MemorySegment logits, Tensor targets, double lossScale) {
        int n = targets.dim(0);
        int k = config.classes();
        double[] losses = new double[n];
        SoftmaxCrossEntropy.targets(n, k, lossScale / n, logits, 0, k, targets.data(), 0, k, losses, 0, logits, 0, k);
        return mean(losses);
    }

    private static double mean(double[] losses) {
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum / losses.length;
    }

    private synchronized double run(Tensor images, Depth depth, Loss loss) {
        begin(images);
        try (Team team = engine.workers().team();
                Arena pass = Arena.ofShared()) {
            Activations memory = memory(images);
            PassContext context = context(team, pass, images, memory);
            passes.forward(context, TeamReading.of(images), depth, memory);
            double result = loss.of(memory.logits());
            passes.backward(context, memory, depth);
            return result;
        } finally {
            parameters.end();
        }
    }

    /** The forward pass alone, with all that a backward pass would need. */
    synchronized void forward(Tensor images, Depth depth) {
        begin(images);
        try (Team team = engine.workers().team();
                Arena pass = Arena.ofShared()) {
            Activations memory = memory(images);
            passes.forward(context(team, pass, images, memory), TeamReading.of(images), depth, memory);
        } finally {
            parameters.end();
        }
    }

    private void begin(Tensor images) {
        if (closed) {
            throw new IllegalStateException("the passes of " + config.name() + " are closed");
        }
        requireFits(images);
        StackRoom.require(); // an error before the pass is under way would leave the parameters in use for good
        parameters.begin();
    }

    private void requireFits(Tensor images) {
        if (images.shape().rank() != 4 || images.dim(0) < 1 || images.dim(1) != config.inChannels()) {
            throw new IllegalArgumentException(
                    "pictures must be (N, " + config.inChannels() + ", H, W), not " + images.shape());
        }
        if (Math.min(images.dim(2), images.dim(3)) < config.minimumSide()) {
            throw new IllegalArgumentException("pictures of " + images.dim(2) + "x" + images.dim(3)
                    + " pixels are too small for " + config.name() + "; it needs " + config.minimumSide()
                    + " at least");
        }
    }

    private Activations memory(Tensor images) {
        Activations memory = activations;
        if (memory == null || !memory.fits(images)) {
            if (memory != null) {
                memory.close();
                activations = null;
            }
            memory = new Activations(config, images.dim(0), images.dim(2), images.dim(3), recompute);
            activations = memory;
        }
        return memory;
    }

    @SuppressWarnings("MustBeClosedChecker") // closed by close(), or when a larger one takes its place
    private PassContext context(Team team, Arena pass, Tensor images, Activations memory) {
        if (!memory.equals(scratchFor) || scratch.size() != team.size()) {
            PassContext bare = new PassContext(engine.kernels(), gradientKernels, team, List.of(), pass);
            long floats = passes.scratchFloats(bare, images.dim(0), memory);
            if (scratchArena != null) {
                scratchArena.close();
            }
            scratchFor = memory;
            Arena fresh = Arena.ofShared();
            scratchArena = fresh;
            scratch = Stream.generate(() -> fresh.allocate(floats * Float.BYTES, Tensor.ALIGNMENT_BYTES))
                    .limit(team.size())
                    .toList();
        }
        return new PassContext(engine.kernels(), gradientKernels, team, scratch, pass);
    }

    /** Frees the memory once a pass under way is done; may be called again. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (activations != null) {
            activations.close();
        }
        if (scratchArena != null) {
            scratchArena.close();
        }
        arena.close();
    }

    /**
     * The decisions of stochastic depth in one pass.
     *
     * @param rule the rates
     * @param seed of the run
     * @param pass the number of the pass
     */
    record Depth(StochasticDepth rule, long seed, long pass) {
        boolean skips(int block) {
            return rule.rateOf(block) > 0;
        }

        /** Each pixel's factor, written to {@code to}; none where the block is never skipped. */
        @Nullable
        MemorySegment factors(int block, ActivationMap x, MemorySegment to) {
            if (!skips(block)) {
                return null;
            }
            int pixels = x.height() * x.width();
            for (int image = 0; image < x.n(); image++) {
                float scale = rule.scale(seed, pass, block, image);
                for (int i = 0; i < pixels; i++) {
                    to.setAtIndex(Tensor.FLOAT, (long) image * pixels + i, scale);
                }
            }
            return to;
        }
    }
}

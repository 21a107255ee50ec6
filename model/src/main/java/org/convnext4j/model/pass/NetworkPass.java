package org.convnext4j.model.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.kernel.gradient.SoftmaxCrossEntropy;
import org.convnext4j.engine.parallel.StackRoom;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.parallel.TeamReading;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.TensorSource;

/**
 * The forward and backward pass of a network in training: the loss of a batch, and its gradient by every weight.
 *
 * <p>It reads the weights anew in each pass, adds to their gradients, and moves the running statistics of BatchNorm. What
 * a layer needs on the way back is kept until then; memory is kept until a batch of another size comes. With the kernels
 * of the Vector API the results are the same to the bit for any number of threads. Thread-safe: calls that
 * come at once wait for each other.
 */
public final class NetworkPass implements AutoCloseable {
    private final Engine engine;
    private final NetworkPlan plan;
    private final int classes;
    private final boolean recompute;
    private final Arena arena;
    private final PictureStart start;
    private final PassSequence layers;
    private final List<LayerPass> prepared;
    private final PassMemory memory = new PassMemory();
    private boolean closed;

    private NetworkPass(
            Engine engine,
            NetworkPlan plan,
            TensorSource weights,
            TensorSource gradients,
            boolean recompute,
            Arena arena) {
        this.engine = engine;
        this.plan = plan;
        this.classes = plan.outputs();
        this.recompute = recompute;
        this.arena = arena;
        PassBuilder builder = new PassBuilder(arena, engine.kernels().gemm(), weights, gradients);
        this.start = builder.start(plan.layers());
        this.layers = builder.build(builder.afterStart(plan.layers()));
        this.prepared = builder.prepared();
    }

    /**
     * The passes on the engine's kernels and threads.
     *
     * @param weights read from, the running statistics also written to; must outlive this
     * @param gradients added to; must outlive this
     * @throws IllegalArgumentException if the network has a layer that cannot be trained, or a tensor is missing
     * @throws org.convnext4j.engine.EngineException if the engine's backend has no kernels for it here
     */
    public static NetworkPass of(Engine engine, NetworkPlan plan, TensorSource weights, TensorSource gradients) {
        return of(engine, plan, weights, gradients, false);
    }

    /**
     * As the other method, but if asked to what a ConvNeXt's block computed is not kept but computed again on the way back
     * (gradient checkpointing, Chen et al., 2016): the forward pass of each block twice, for less memory, and the same
     * result to the bit. By count ConvNeXt-Tiny's blocks on 8 pictures of 224 pixels keep 0.12 GB then instead of 0.41.
     */
    @SuppressWarnings("MustBeClosedChecker") // closed by close()
    public static NetworkPass of(
            Engine engine, NetworkPlan plan, TensorSource weights, TensorSource gradients, boolean recompute) {
        Arena arena = Arena.ofShared();
        try {
            return new NetworkPass(engine, plan, weights, gradients, recompute, arena);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /**
     * One forward and backward pass: adds the gradients of {@code lossScale} times the mean loss.
     *
     * @param images (N, I, H, W)
     * @param labels (N), each from 0 to K - 1
     * @param smoothing of the labels, 0 to 1
     * @param lossScale 1, or less where the gradients of several batches are accumulated
     * @param factors of the blocks' branches
     * @return the mean loss, not scaled; NaN or infinite if the weights are beyond all bounds
     * @throws IllegalArgumentException if the pictures do not fit the network, labels and pictures are not as many, or
     *     there is only one pixel to take statistics of
     */
    public double accumulate(Tensor images, int[] labels, double smoothing, double lossScale, BranchFactors factors) {
        Targets.requireLabels(images, labels);
        int n = labels.length;
        int k = classes;
        double[] losses = new double[n];
        return run(images, factors, (logits, grad) -> {
            SoftmaxCrossEntropy.labels(n, k, smoothing, lossScale / n, logits, 0, k, labels, 0, losses, 0, grad, 0, k);
            return mean(losses);
        });
    }

    /**
     * As the other method, for soft targets.
     *
     * @param targets (N, K), each row a distribution
     */
    public double accumulate(Tensor images, Tensor targets, double lossScale, BranchFactors factors) {
        int k = classes;
        Targets.requireTargets(images, targets, k);
        int n = targets.dim(0);
        double[] losses = new double[n];
        return run(images, factors, (logits, grad) -> {
            SoftmaxCrossEntropy.targets(n, k, lossScale / n, logits, 0, k, targets.data(), 0, k, losses, 0, grad, 0, k);
            return mean(losses);
        });
    }

    /** The mean loss of logits, (N, K), with its gradient. */
    private interface Loss {
        double of(MemorySegment logits, MemorySegment grad);
    }

    private static double mean(double[] losses) {
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum / losses.length;
    }

    private double run(Tensor images, BranchFactors factors, Loss loss) {
        double[] result = {0};
        pass(images, factors, (context, logits) -> {
            BatchMap grad = context.memory().take(logits.n(), logits.shape());
            result[0] = loss.of(logits.data(), grad.data());
            start.backward(context, layers.backward(context, grad));
        });
        return result[0];
    }

    /**
     * The forward pass alone, with all that a backward pass would need: the logits of training.
     *
     * @param images (N, I, H, W)
     * @param factors of the blocks' branches
     * @return (N, K), row-major
     * @throws IllegalArgumentException if the pictures do not fit the network
     */
    public float[] forward(Tensor images, BranchFactors factors) {
        float[][] result = {{}};
        pass(images, factors, (context, logits) -> result[0] = logits.data().toArray(Tensor.FLOAT));
        return result[0];
    }

    /** What is done with the logits. */
    private interface Then {
        void run(PassContext context, BatchMap logits);
    }

    private synchronized void pass(Tensor images, BranchFactors factors, Then then) {
        if (closed) {
            throw new IllegalStateException("the passes of " + plan.name() + " are closed");
        }
        plan.requirePictures(images.shape());
        StackRoom.require();
        MapMemory maps = memory.maps(images);
        try (Team team = engine.workers().team();
                Arena packed = Arena.ofShared()) {
            PassContext context = new PassContext(engine, team, maps, packed, factors, memory.scratch(), recompute);
            team.run(prepared.size(), (index, member) -> prepared.get(index).prepare(context));
            then.run(context, layers.forward(context, start.forward(context, TeamReading.of(images))));
        } finally {
            maps.giveAll();
        }
    }

    /** Frees the memory once a pass under way is done; may be called again. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            memory.close();
            arena.close();
        }
    }
}

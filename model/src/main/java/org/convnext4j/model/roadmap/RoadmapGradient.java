package org.convnext4j.model.roadmap;

import java.lang.foreign.Arena;
import java.util.List;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.kernel.gradient.SoftmaxCrossEntropy;
import org.convnext4j.engine.parallel.Team;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.train.Targets;

/**
 * The forward and backward pass of a network of the roadmap in training, layer by layer: the loss of a batch, and its
 * gradient by every weight.
 *
 * <p>It reads the weights anew in each pass, adds to their gradients, and moves the running statistics of BatchNorm. What
 * a layer put out is kept until its backward pass; memory is kept until a batch of another size comes. With the kernels
 * of the Vector API the results are the same to the bit for any number of threads. For one thread at a time.
 */
public final class RoadmapGradient implements AutoCloseable {
    private final Engine engine;
    private final RoadmapNetwork network;
    private final PassSequence layers;
    private final List<LayerPass> prepared;
    private final PassMemory memory = new PassMemory();
    private boolean closed;

    private RoadmapGradient(Engine engine, RoadmapNetwork network, TensorSource weights, TensorSource gradients) {
        this.engine = engine;
        this.network = network;
        PassBuilder builder = new PassBuilder(weights, gradients);
        this.layers = builder.build(network.plan().layers());
        this.prepared = builder.prepared();
    }

    /**
     * The passes on the engine's kernels and threads.
     *
     * @param weights read from, the running statistics also written to; must outlive this
     * @param gradients added to; must outlive this
     * @throws org.convnext4j.engine.EngineException if the engine's backend has no kernels for it here
     */
    public static RoadmapGradient of(
            Engine engine, RoadmapNetwork network, TensorSource weights, TensorSource gradients) {
        return new RoadmapGradient(engine, network, weights, gradients);
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
        int k = network.classes();
        double[] losses = new double[n];
        return run(images, factors, logits -> {
            SoftmaxCrossEntropy.labels(
                    n, k, smoothing, lossScale / n, logits.data(), 0, k, labels, 0, losses, 0, logits.data(), 0, k);
            return mean(losses);
        });
    }

    /**
     * As the other method, for soft targets.
     *
     * @param targets (N, K), each row a distribution
     */
    public double accumulate(Tensor images, Tensor targets, double lossScale, BranchFactors factors) {
        int k = network.classes();
        Targets.requireTargets(images, targets, k);
        int n = targets.dim(0);
        double[] losses = new double[n];
        return run(images, factors, logits -> {
            SoftmaxCrossEntropy.targets(
                    n, k, lossScale / n, logits.data(), 0, k, targets.data(), 0, k, losses, 0, logits.data(), 0, k);
            return mean(losses);
        });
    }

    /** The mean loss of logits, whose place takes the gradient. */
    private interface Loss {
        double of(BatchMap logits);
    }

    private static double mean(double[] losses) {
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum / losses.length;
    }

    private synchronized double run(Tensor images, BranchFactors factors, Loss loss) {
        if (closed) {
            throw new IllegalStateException("the passes of " + network.name() + " are closed");
        }
        PictureMaps.require(network, images);
        MapMemory maps = memory.maps(images);
        try (Team team = engine.workers().team();
                Arena pass = Arena.ofShared()) {
            LayerContext context = new LayerContext(engine, team, maps, pass, factors, memory.scratch());
            team.run(prepared.size(), (index, member) -> prepared.get(index).prepare(context));
            BatchMap logits = layers.forward(context, PictureMaps.channelsLast(context, images));
            double result = loss.of(logits);
            layers.backward(context, logits);
            return result;
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
        }
    }
}

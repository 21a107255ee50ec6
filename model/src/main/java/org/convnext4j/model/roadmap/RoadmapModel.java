package org.convnext4j.model.roadmap;

import java.lang.foreign.Arena;
import java.util.Objects;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.NetworkPlan;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.run.Lease;
import org.convnext4j.model.run.Network;
import org.convnext4j.model.run.Wanted;

/**
 * A network of the roadmap ready to run, with BatchNorm by its running statistics and folded into the convolutions.
 *
 * <p>Any number of threads may call it at once.
 */
public final class RoadmapModel implements AutoCloseable {
    private final RoadmapNetwork description;
    private final NetworkPlan plan;
    private final Network network;
    private final Lease lease;

    private RoadmapModel(RoadmapNetwork description, NetworkPlan plan, Network network) {
        this.description = description;
        this.plan = plan;
        this.network = network;
        this.lease = new Lease(network::close);
    }

    /**
     * A model from weights in memory, which are copied.
     *
     * @param engine outlives the model and is not closed by it
     * @throws IllegalArgumentException if a tensor is missing
     * @throws org.convnext4j.engine.EngineException if the engine's backend has no kernels for it here
     */
    public static RoadmapModel of(RoadmapNetwork network, TensorSource weights, Engine engine) {
        NetworkPlan plan = network.plan();
        return new RoadmapModel(network, plan, Network.of(engine, plan, weights));
    }

    /** The description. */
    public RoadmapNetwork network() {
        return description;
    }

    /**
     * The logits of preprocessed pictures.
     *
     * @param images (N, I, H, W)
     * @param results how long the logits live
     * @return (N, K)
     * @throws IllegalArgumentException if the pictures do not fit the network
     * @throws IllegalStateException if the model is closed
     */
    public Tensor logits(Tensor images, Arena results) {
        if (images.shape().rank() == 4) {
            description.requireSides(images.dim(2), images.dim(3));
        }
        plan.requirePictures(images.shape());
        if (!lease.begin()) {
            throw new IllegalStateException("the model " + description.name() + " is closed; load it again");
        }
        try {
            return Objects.requireNonNull(
                    network.forward(images, Wanted.LOGITS, results).logits());
        } finally {
            lease.end();
        }
    }

    /**
     * The logits of preprocessed pictures.
     *
     * @param images (N, I, H, W)
     * @return (N, K), row-major
     * @throws IllegalArgumentException if the pictures do not fit the network
     * @throws IllegalStateException if the model is closed
     */
    public float[] logits(Tensor images) {
        try (Arena results = Arena.ofConfined()) {
            return logits(images, results).toArray();
        }
    }

    /** Refuses further calls and frees the memory once the calls under way are done; may be called again. */
    @Override
    public void close() {
        lease.close();
    }
}

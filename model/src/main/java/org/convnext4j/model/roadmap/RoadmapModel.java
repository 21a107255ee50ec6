package org.convnext4j.model.roadmap;

import java.lang.foreign.Arena;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.layers.TensorSource;
import org.convnext4j.model.pass.InferencePass;

/**
 * A network of the roadmap ready to run, with BatchNorm by its running statistics and folded into the convolutions.
 *
 * <p>Any thread may call it; calls that come at once wait for each other. Memory is kept until pictures of another size or
 * number come.
 */
public final class RoadmapModel implements AutoCloseable {
    private final RoadmapNetwork network;
    private final InferencePass pass;

    private RoadmapModel(RoadmapNetwork network, InferencePass pass) {
        this.network = network;
        this.pass = pass;
    }

    /**
     * A model from weights in memory, which are copied.
     *
     * @param engine outlives the model and is not closed by it
     * @throws IllegalArgumentException if a tensor is missing
     * @throws org.convnext4j.engine.EngineException if the engine's backend has no kernels for it here
     */
    public static RoadmapModel of(RoadmapNetwork network, TensorSource weights, Engine engine) {
        return new RoadmapModel(network, InferencePass.of(engine, network.plan(), weights));
    }

    /** The description. */
    public RoadmapNetwork network() {
        return network;
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
            network.requireSides(images.dim(2), images.dim(3));
        }
        return pass.logits(images, results);
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

    /** Frees the memory once a call under way is done; may be called again. */
    @Override
    public void close() {
        pass.close();
    }
}

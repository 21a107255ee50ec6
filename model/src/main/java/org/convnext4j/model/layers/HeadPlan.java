package org.convnext4j.model.layers;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The layers of a head by what they do: {@code linear(norm(pool(x)))} in the paper.
 *
 * @param before the norm on the map, if there is one
 * @param pool makes one vector of the map
 * @param after the norm on the vector, if there is one
 * @param hidden the layer between, whose outputs go through GELU, if there is one; the embedding comes behind it
 * @param classifier from the embedding to the logits; none in networks that give embeddings only
 */
public record HeadPlan(
        @Nullable NormLayer before,
        GlobalPoolLayer pool,
        @Nullable NormLayer after,
        @Nullable LinearLayer hidden,
        @Nullable LinearLayer classifier) {
    /** What GELU stands behind. */
    private static final ActivationLayer GELU = new ActivationLayer(Activation.GELU);

    /**
     * The head of a network.
     *
     * @throws IllegalArgumentException if its layers are others than these, in this order
     */
    public static HeadPlan of(NetworkPlan network) {
        LayerCursor layers = new LayerCursor(network.head());
        NormLayer before = layers.next(NormLayer.class, HeadPlan::isOfPixels);
        GlobalPoolLayer pool = layers.next(GlobalPoolLayer.class);
        NormLayer after = pool == null ? null : layers.next(NormLayer.class, HeadPlan::isOfPixels);
        LinearLayer hidden = pool == null ? null : hidden(layers);
        LinearLayer classifier = pool == null ? null : layers.next(LinearLayer.class);
        if (pool == null || !layers.atEnd()) {
            throw new IllegalArgumentException("the head of " + network.name() + " cannot be read from "
                    + layers.describe()
                    + " on; a head is a norm or none, a pooling, a norm or none, a linear layer with"
                    + " GELU or none, a linear layer or none");
        }
        return new HeadPlan(before, pool, after, hidden, classifier);
    }

    private static boolean isOfPixels(NormLayer layer) {
        return layer.kind() != Norm.BATCH;
    }

    private static @Nullable LinearLayer hidden(LayerCursor layers) {
        int begin = layers.position();
        LinearLayer hidden = layers.next(LinearLayer.class);
        if (hidden != null && layers.next(ActivationLayer.class, GELU::equals) == null) {
            layers.moveTo(begin);
            return null;
        }
        return hidden;
    }

    /** The layers up to the embedding, those that run together in one list. */
    public List<List<Layer>> embedding() {
        List<Layer> pooled = Stream.of(before, pool, after)
                .filter(Objects::nonNull)
                .map(Layer.class::cast)
                .toList();
        return hidden == null ? List.of(pooled) : List.of(pooled, List.of(hidden, GELU));
    }

    /** The norm, wherever it is. */
    public @Nullable NormLayer norm() {
        return before == null ? after : before;
    }

    /** Length of an embedding for that of a pixel of the map. */
    public int embeddingSize(int channels) {
        return hidden == null ? channels : hidden.outputs();
    }

    /** How many classes there are; 0 without a classifier. */
    public int classes() {
        return classifier == null ? 0 : classifier.outputs();
    }
}

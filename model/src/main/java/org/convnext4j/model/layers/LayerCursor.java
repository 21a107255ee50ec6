package org.convnext4j.model.layers;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads a list of layers from the front, for those who look for a pattern in it. Not thread-safe. */
public final class LayerCursor {
    private final List<Layer> layers;
    private int at;

    /** At the first layer. */
    public LayerCursor(List<Layer> layers) {
        this.layers = layers;
    }

    /** Whether all layers are read. */
    public boolean atEnd() {
        return at == layers.size();
    }

    /** How many layers are read. */
    public int position() {
        return at;
    }

    /** Goes back, or on, to a position. */
    public void moveTo(int position) {
        at = position;
    }

    /** Reads the next layer if it is of this kind. */
    public <T extends Layer> @Nullable T next(Class<T> kind) {
        return next(kind, layer -> true);
    }

    /** Reads the next layer if it is of this kind and fits. */
    public <T extends Layer> @Nullable T next(Class<T> kind, Predicate<T> fits) {
        if (!atEnd() && kind.isInstance(layers.get(at))) {
            T layer = kind.cast(layers.get(at));
            if (fits.test(layer)) {
                at++;
                return layer;
            }
        }
        return null;
    }

    /** The layers read since a position. */
    public List<Layer> since(int position) {
        return layers.subList(position, at);
    }

    /** The next layer and its place, for messages. */
    public String describe() {
        if (atEnd()) {
            return "the end";
        }
        Layer next = layers.get(at);
        String kind = next.getClass().getSimpleName();
        String name = switch (next) {
            case ConvLayer layer -> kind + " " + layer.name();
            case LinearLayer layer -> kind + " " + layer.name();
            case NormLayer layer -> kind + " " + layer.name() + " of kind " + layer.kind();
            case ResponseNormLayer layer -> kind + " " + layer.name();
            case LayerScaleLayer layer -> kind + " " + layer.name();
            case ResidualLayer layer -> kind + " of block " + layer.number();
            case ActivationLayer layer -> kind + " of kind " + layer.kind();
            case GlobalPoolLayer _, MaxPoolLayer _ -> kind;
        };
        return name + " (layer " + at + ", counted from 0)";
    }
}

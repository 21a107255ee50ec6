package org.convnext4j.model.layers;

import java.util.List;

/**
 * One operation of a network. Layers have no weights; they say which tensors they need.
 *
 * <p>Those who read a list of layers use a {@code switch} on this type without a default, so that the compiler names every
 * place that a new kind of layer concerns.
 */
public sealed interface Layer
        permits ConvLayer,
                LinearLayer,
                NormLayer,
                ResponseNormLayer,
                ActivationLayer,
                MaxPoolLayer,
                GlobalPoolLayer,
                LayerScaleLayer,
                ResidualLayer {
    /** The map that comes out for one that goes in. */
    default MapShape output(MapShape in) {
        return in;
    }

    /** Multiply-adds for one map; those of norms, activations and additions are not counted, as is customary. */
    default long macs(MapShape in) {
        return 0;
    }

    /** Its tensors, those of layers inside it too, in the order of computation. */
    default List<TensorPlan> tensors() {
        return List.of();
    }
}

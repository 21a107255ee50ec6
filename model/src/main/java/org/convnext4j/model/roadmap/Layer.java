package org.convnext4j.model.roadmap;

import java.util.List;

/** One operation of a network, with what its weights are called; counted and run from the same list. */
public sealed interface Layer
        permits ConvLayer,
                NormLayer,
                ActivationLayer,
                MaxPoolLayer,
                LayerScaleLayer,
                ResidualLayer,
                AveragePoolLayer,
                LinearLayer {
    /** What is done with each kind of layer. */
    interface Visitor<T> {
        T conv(ConvLayer layer);

        T norm(NormLayer layer);

        T activation(ActivationLayer layer);

        T maxPool(MaxPoolLayer layer);

        T layerScale(LayerScaleLayer layer);

        T residual(ResidualLayer layer);

        T averagePool(AveragePoolLayer layer);

        T linear(LinearLayer layer);
    }

    /** Calls the visitor's method for this kind of layer. */
    <T> T accept(Visitor<T> visitor);

    /** The map that comes out for one that goes in. */
    default MapShape output(MapShape in) {
        return in;
    }

    /** Multiply-adds for one map; those of norms, activations and additions are not counted, as is customary. */
    default long macs(MapShape in) {
        return 0;
    }

    /** Its tensors, those of layers inside it too. */
    default List<TensorPlan> tensors() {
        return List.of();
    }
}

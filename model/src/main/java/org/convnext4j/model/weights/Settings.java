package org.convnext4j.model.weights;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.model.layers.Pooling;

/**
 * What a configuration says about a network that the shapes of its tensors do not show; empty where it says nothing.
 *
 * @param norm the kind of norms
 * @param activation of the blocks
 * @param normEps of all norms but the head's
 * @param headNormEps of the head's norm
 * @param outputStride of the last stage
 * @param pooling of the head
 */
record Settings(
        Optional<NormKind> norm,
        Optional<ActivationKind> activation,
        OptionalDouble normEps,
        OptionalDouble headNormEps,
        OptionalInt outputStride,
        Optional<Pooling> pooling) {
    /** Nothing. */
    static final Settings NONE = new Settings(
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            Optional.empty());
}

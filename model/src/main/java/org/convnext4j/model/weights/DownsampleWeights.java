package org.convnext4j.model.weights;

import org.convnext4j.engine.tensor.Tensor;

/**
 * What comes before the blocks of stages 1 to 3: a norm over the channels, then a 2x2 convolution of stride 2.
 *
 * @param norm (Cin)
 * @param normBias (Cin); {@linkplain ConvNeXtWeights#isNone none} for norms that do not centre
 * @param conv (Cout,Cin,2,2)
 * @param convBias (Cout)
 */
public record DownsampleWeights(Tensor norm, Tensor normBias, Tensor conv, Tensor convBias) {}

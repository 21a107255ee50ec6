/**
 * Networks in training: the forward pass, which keeps what the backward pass needs, and the backward pass, which adds up the
 * gradients of the weights. {@link org.convnext4j.model.pass.NetworkPass} is where to start: it makes a pass of each layer
 * of a {@link org.convnext4j.model.layers.NetworkPlan}. {@link org.convnext4j.model.pass.PassBuilder} says which, and
 * recognises runs of layers that are computed together, such as a ConvNeXt's block.
 */
@NullMarked
package org.convnext4j.model.pass;

import org.jspecify.annotations.NullMarked;

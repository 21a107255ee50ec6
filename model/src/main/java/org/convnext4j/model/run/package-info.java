/**
 * Inference: runs the {@link org.convnext4j.model.layers.NetworkPlan} of a network. {@link
 * org.convnext4j.model.run.Network} is the way in; {@code ProgramBuilder} finds in the list of layers the patterns that have a
 * fast {@code Step}, such as a whole ConvNeXt block, and {@code Program} runs the steps. To run a new kind of layer, add a
 * step and its pattern.
 */
@NullMarked
package org.convnext4j.model.run;

import org.jspecify.annotations.NullMarked;

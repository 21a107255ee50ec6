/**
 * What a network is made of: one record for each kind of layer, and {@link org.convnext4j.model.layers.NetworkPlan}, the
 * list of them from the picture to the logits. Parameters and multiply-adds are counted from it, tensors named, networks
 * run, trained, exported and profiled. A layer knows its tensors and the map it puts out; how it is computed belongs to
 * those who read the list, who match on the sealed type {@link org.convnext4j.model.layers.Layer}.
 */
@NullMarked
package org.convnext4j.model.layers;

import org.jspecify.annotations.NullMarked;

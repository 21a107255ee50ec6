/**
 * What a network is, apart from its weights: {@link org.convnext4j.model.design.ConvNeXtConfig}, the sizes of the paper, the
 * published models by name, and the list of layers that follows from them. Whatever a checkpoint's shapes or a
 * configuration file tell ends here; what is made of it belongs elsewhere.
 */
@NullMarked
package org.convnext4j.model.design;

import org.jspecify.annotations.NullMarked;

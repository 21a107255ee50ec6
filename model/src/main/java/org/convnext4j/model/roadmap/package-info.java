/** The networks on the way from ResNet to ConvNeXt: one description, the steps of both walks, counts, and how they run. */
@NullMarked
package org.convnext4j.model.roadmap;

import org.jspecify.annotations.NullMarked;

/**
 * The networks on the way from ResNet to ConvNeXt: the steps of both walks, their designs and counts, and how they are
 * trained under one budget. Start at {@link org.convnext4j.model.roadmap.RoadmapNetwork}.
 */
@NullMarked
package org.convnext4j.model.roadmap;

import org.jspecify.annotations.NullMarked;

package org.convnext4j.engine;

/**
 * The operators of one backend; {@link KernelSelector} chooses among the implementations. What an operator is on a backend
 * is decided here and nowhere else.
 *
 * <p>Each method makes its group anew, and with it loads the classes: inference asks for {@link #forward} alone.
 */
interface Kernels {
    /** What runs ConvNeXt and its relatives. */
    KernelSet forward();

    /** What trains them. */
    GradientKernels gradients();

    /** What the networks between ResNet and ConvNeXt need besides. */
    RoadmapKernels roadmap();
}

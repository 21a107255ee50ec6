/**
 * Tensors, engines that run networks on them, and a diagnosis of the machine: {@link org.convnext4j.engine.Engine}. The
 * kernels are for {@code org.convnext4j.model} and may change at any time.
 */
@SuppressWarnings("module") // those it is exported to are compiled after it
module org.convnext4j.engine {
    requires java.management;
    requires jdk.incubator.vector;
    requires jdk.management;
    requires org.convnext4j.bindings;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports org.convnext4j.engine;
    exports org.convnext4j.engine.tensor;
    exports org.convnext4j.engine.blas to
            org.convnext4j.model;
    exports org.convnext4j.engine.kernel to
            org.convnext4j.model,
            org.convnext4j.bench,
            org.convnext4j.tools;
    exports org.convnext4j.engine.kernel.gradient to
            org.convnext4j.model,
            org.convnext4j.bench;
    exports org.convnext4j.engine.parallel to
            org.convnext4j.model,
            org.convnext4j.tools;
    exports org.convnext4j.engine.scalar to
            org.convnext4j.model;
    exports org.convnext4j.engine.vector to
            org.convnext4j.model,
            org.convnext4j.tools;
}

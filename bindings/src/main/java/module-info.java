/**
 * OpenBLAS through the FFM API, and what else is asked of the operating system. For {@code org.convnext4j.engine} and
 * {@code org.convnext4j.model}; what a program may meet are its exceptions.
 */
@SuppressWarnings("module") // those it is exported to are compiled after it
module org.convnext4j.bindings {
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports org.convnext4j.bindings to
            org.convnext4j.engine,
            org.convnext4j.model,
            org.convnext4j.bench,
            org.convnext4j.tools;
}

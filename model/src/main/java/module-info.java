/**
 * ConvNeXt and its relatives: loaded, run on pictures, trained, explained and converted.
 * {@link org.convnext4j.model.ConvNeXt} is the place to start.
 */
@SuppressWarnings({
    "module", // those it is exported to are compiled after it
    "requires-automatic" // protobuf is no module yet
})
module org.convnext4j.model {
    requires com.fasterxml.jackson.databind;
    requires com.google.protobuf;
    requires transitive java.desktop;
    requires java.net.http;
    requires org.convnext4j.bindings;
    requires transitive org.convnext4j.engine;
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports org.convnext4j.model;
    exports org.convnext4j.model.bulk;
    exports org.convnext4j.model.data;
    exports org.convnext4j.model.data.augment;
    exports org.convnext4j.model.design;
    exports org.convnext4j.model.explain;
    exports org.convnext4j.model.failure;
    exports org.convnext4j.model.hub;
    exports org.convnext4j.model.image;
    exports org.convnext4j.model.layers;
    exports org.convnext4j.model.onnx;
    exports org.convnext4j.model.random;
    exports org.convnext4j.model.roadmap;
    exports org.convnext4j.model.train;
    exports org.convnext4j.model.weights;
    exports org.convnext4j.model.run to
            org.convnext4j.bench,
            org.convnext4j.tools;
}

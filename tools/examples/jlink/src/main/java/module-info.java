/** A program of modules: the models bring the engine, and that the Vector API. */
module org.example.linked {
    requires org.convnext4j.model;
}

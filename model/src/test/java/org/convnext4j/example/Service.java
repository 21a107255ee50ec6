package org.convnext4j.example;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.Prediction;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.Picture;
import org.convnext4j.model.image.ReadOptions;

/** One engine and one model for all requests; closed when the service ends. */
public final class Service implements AutoCloseable {
    private final Engine engine = Engine.create(Backend.AUTO, 4);
    private final ConvNeXt model;

    public Service(Path weights, Path labels) throws InterruptedException {
        engine.diagnosis().problems().forEach(System.err::println);
        LoadOptions options = LoadOptions.builder()
                .engine(engine)
                .labels(labels)
                .reading(ReadOptions.DEFAULTS.withOrientation(true).withMaxPixels(50_000_000))
                .build();
        model = ConvNeXt.load(weights, options);
        model.warmUp();
    }

    /** Any thread may call this. */
    public String answer(InputStream upload, String name) {
        try {
            List<Prediction> top = model.classify(Picture.of(upload).named(name), 1);
            return top.get(0).label();
        } catch (ModelException e) {
            return "sorry: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        model.close();
        engine.close();
    }
}

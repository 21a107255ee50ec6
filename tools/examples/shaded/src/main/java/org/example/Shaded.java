package org.example;

import java.nio.file.Path;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Prediction;

/** {@code java -jar MODEL PICTURE...}: what pictures show, on OpenBLAS, so that a jar without it fails. */
public final class Shaded {
    public static void main(String[] args) {
        try (Engine engine =
                        Engine.create(Backend.OPENBLAS, Runtime.getRuntime().availableProcessors());
                ConvNeXt model = ConvNeXt.load(Path.of(args[0]), engine)) {
            for (int i = 1; i < args.length; i++) {
                Prediction best = model.classify(Path.of(args[i]), 1).getFirst();
                System.out.printf("%s: %s, %.2f %%%n", args[i], best.label(), 100 * best.probability());
            }
        }
    }
}

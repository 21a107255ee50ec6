package org.convnext4j.example;

import java.nio.file.Path;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Prediction;

public final class Classify {
    public static void main(String[] args) {
        try (ConvNeXt model = ConvNeXt.load(Path.of(args[0]))) {
            for (Prediction p : model.classify(Path.of(args[1]), 5)) {
                System.out.printf("%6.2f %%  %s%n", 100 * p.probability(), p.label());
            }
        }
    }
}

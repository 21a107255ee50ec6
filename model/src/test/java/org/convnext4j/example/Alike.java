package org.convnext4j.example;

import java.nio.file.Path;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.bulk.Similarity;

public final class Alike {
    public static void main(String[] args) {
        try (ConvNeXt model = ConvNeXt.load(Path.of(args[0]))) {
            float[] one = model.embedding(Path.of(args[1]));
            float[] other = model.embedding(Path.of(args[2]));
            System.out.printf("%.4f%n", Similarity.cosine(one, other));
        }
    }
}

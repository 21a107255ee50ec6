package org.convnext4j.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.Labels;

/** Orders the classes of a picture by their logits. */
final class Ranking {
    private Ranking() {}

    /** See {@link ConvNeXt#predictions(float[], int)}. */
    static List<Prediction> of(float[] logits, Labels names, Probability probability, int top) {
        requireTop(top);
        int classes = names.size();
        if (logits.length != classes) {
            boolean several = logits.length > classes && logits.length % classes == 0;
            throw new IllegalArgumentException(logits.length + " logits were given, but the network has " + classes
                    + " classes"
                    + (several
                            ? "; those of " + logits.length / classes + " pictures go to predictions(logits, "
                                    + logits.length / classes + ", top)"
                            : ""));
        }
        return ranked(logits, names, probability, top, "");
    }

    /** See {@link ConvNeXt#predictions(float[], int, int)}. */
    static List<List<Prediction>> ofBatch(
            float[] logits, int pictures, Labels names, Probability probability, int top) {
        requireTop(top);
        int classes = names.size();
        if (pictures < 0 || logits.length != (long) pictures * classes) {
            throw new IllegalArgumentException(logits.length + " logits were given, but " + pictures + " pictures of "
                    + classes + " classes have " + (long) pictures * classes);
        }
        List<List<Prediction>> all = new ArrayList<>();
        for (int n = 0; n < pictures; n++) {
            float[] row = Arrays.copyOfRange(logits, n * classes, (n + 1) * classes);
            all.add(ranked(row, names, probability, top, " for picture " + n));
        }
        return List.copyOf(all);
    }

    static void requireTop(int top) {
        if (top < 1) {
            throw new IllegalArgumentException("top is " + top + "; ask for 1 or more classes");
        }
    }

    private static List<Prediction> ranked(
            float[] logits, Labels names, Probability probability, int top, String which) {
        List<Integer> order = new ArrayList<>();
        for (int k = 0; k < logits.length; k++) {
            if (!Float.isFinite(logits[k])) {
                throw new ModelException(
                        "the logit of class " + k + ", " + names.name(k) + "," + which + " is " + logits[k]
                                + ", so there are no probabilities; the input or the weights have values too large for float32");
            }
            order.add(k);
        }
        order.sort(Comparator.comparingDouble(k -> -logits[k]));
        float[] probabilities = probability.of(logits);
        return order.subList(0, Math.min(top, order.size())).stream()
                .map(k -> new Prediction(k, names.name(k), probabilities[k]))
                .toList();
    }
}

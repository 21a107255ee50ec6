package org.convnext4j.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.convnext4j.model.image.Labels;

/** Orders the classes of a picture by their logits. */
final class Ranking {
    private Ranking() {}

    /** See {@link ConvNeXt#predictions}. */
    static List<Prediction> of(float[] logits, Labels names, Probability probability, int top) {
        if (top < 1) {
            throw new IllegalArgumentException("top is " + top + "; ask for 1 or more classes");
        }
        if (logits.length != names.size()) {
            throw new IllegalArgumentException(
                    logits.length + " logits were given, but the network has " + names.size() + " classes");
        }
        List<Integer> order = new ArrayList<>();
        for (int k = 0; k < logits.length; k++) {
            if (!Float.isFinite(logits[k])) {
                throw new ModelException(
                        "the logit of class " + k + ", " + names.name(k) + ", is " + logits[k]
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

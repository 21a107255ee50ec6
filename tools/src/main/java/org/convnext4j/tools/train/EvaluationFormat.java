package org.convnext4j.tools.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.convnext4j.model.train.Metrics;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Table;

/** What was measured, for people and for programs. */
final class EvaluationFormat {
    private EvaluationFormat() {}

    /**
     * An object with the figures of all pictures, a list of the classes that have pictures or are taken for some, and the
     * confusion matrix of these classes, a row for each true class, unless there are too many outputs for one.
     */
    static ObjectNode json(Metrics metrics, List<String> classNames) {
        ObjectNode node = Json.object()
                .put("images", metrics.pictures())
                .put("top1", metrics.top1())
                .put("top5", metrics.top5())
                .put("loss", metrics.loss());
        node.putObject("macro")
                .put("precision", metrics.macroPrecision())
                .put("recall", metrics.macroRecall())
                .put("f1", metrics.macroF1());
        int[] listed = IntStream.range(0, metrics.classes())
                .filter(label -> metrics.pictures(label) > 0 || metrics.predicted(label) > 0)
                .toArray();
        ArrayNode classes = node.putArray("classes");
        for (int label : listed) {
            ObjectNode one = classes.addObject()
                    .put("index", label)
                    .put("name", classNames.get(label))
                    .put("images", metrics.pictures(label))
                    .put("predicted", metrics.predicted(label));
            put(one, "top1", metrics.top1(label));
            put(one, "precision", metrics.precision(label));
            put(one, "recall", metrics.recall(label));
            put(one, "f1", metrics.f1(label));
            put(one, "top5", metrics.top5(label));
        }
        if (metrics.hasConfusion()) {
            ArrayNode rows = node.putArray("confusion");
            for (int label : listed) {
                ArrayNode row = rows.addArray();
                for (int predicted : listed) {
                    row.add(metrics.confusion(label, predicted));
                }
            }
        }
        return node;
    }

    private static void put(ObjectNode node, String name, OptionalDouble value) {
        if (value.isPresent()) {
            node.put(name, value.getAsDouble());
        } else {
            node.putNull(name);
        }
    }

    /** Adds the figures of all pictures to a table. */
    static void summary(Metrics metrics, Table table) {
        table.row("top-1", percent(metrics.top1()))
                .row("top-5", percent(metrics.top5()))
                .row("loss", String.format(Locale.ROOT, "%.4f", metrics.loss()))
                .row(
                        "macro",
                        String.format(
                                Locale.ROOT,
                                "precision %.2f %%, recall %.2f %%, F1 %.2f %%",
                                100 * metrics.macroPrecision(),
                                100 * metrics.macroRecall(),
                                100 * metrics.macroF1()));
    }

    /** A line for each class that has pictures. */
    static Table table(Metrics metrics, List<String> classNames) {
        Table table =
                new Table("  ").row("class", "pictures", "precision", "recall", "F1", "top-5", "mostly taken for");
        for (int label = 0; label < metrics.classes(); label++) {
            if (metrics.pictures(label) > 0) {
                table.row(
                        classNames.get(label),
                        metrics.pictures(label),
                        percent(metrics.precision(label)),
                        percent(metrics.recall(label)),
                        percent(metrics.f1(label)),
                        percent(metrics.top5(label)),
                        worst(metrics, classNames, label));
            }
        }
        return table;
    }

    /** The other class that most of a class's pictures are taken for. */
    private static String worst(Metrics metrics, List<String> classNames, int label) {
        if (!metrics.hasConfusion()) {
            return "";
        }
        int worst = label;
        for (int other = 0; other < metrics.classes(); other++) {
            boolean more = worst == label || metrics.confusion(label, other) > metrics.confusion(label, worst);
            if (other != label && metrics.confusion(label, other) > 0 && more) {
                worst = other;
            }
        }
        return worst == label ? "" : classNames.get(worst) + " (" + metrics.confusion(label, worst) + ")";
    }

    private static String percent(OptionalDouble share) {
        return share.isPresent() ? percent(share.getAsDouble()) : "       -";
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%6.2f %%", 100 * share);
    }
}

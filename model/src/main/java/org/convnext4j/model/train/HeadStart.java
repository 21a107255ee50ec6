package org.convnext4j.model.train;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.convnext4j.model.data.ClassMatch;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.model.image.ConfigException;
import org.convnext4j.model.image.Labels;
import org.convnext4j.model.weights.ConvNeXtCheckpoint;

/**
 * With which classifier a fine-tuned network starts.
 *
 * @param rows for each class of the data the row of the model's classifier that it starts with; empty if it is drawn anew
 * @param notes what its user should know, each a sentence without its full stop
 */
record HeadStart(List<Integer> rows, List<String> notes) {
    /** What the caller wants. */
    enum Wish {
        /** The model's classifier if its classes are those of the data, else a new one. */
        BY_NAME,
        /** A new one. */
        FRESH,
        /** The model's. */
        KEPT
    }

    private static final String KEEP = "; keepHead() (--keep-head) keeps it";
    private static final String DRAW = "; freshHead() (--fresh-head) draws a new one";

    HeadStart {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /**
     * The classifier of a run.
     *
     * @param file the checkpoint
     * @param model where it comes from
     * @throws TrainingException if it is to be kept and cannot be
     */
    static HeadStart of(ConvNeXtCheckpoint file, StartingModel model, Dataset train, Wish wish) {
        int outputs = file.config().classes();
        int classes = train.classNames().size();
        if (outputs == 0) {
            if (wish == Wish.KEPT) {
                throw new TrainingException(
                        file.path() + ": has no classifier to keep; leave keepHead() (--keep-head) out");
            }
            return drawn("a classifier of " + Wording.count(classes, "class", "classes")
                    + " is drawn, because the model has none");
        }
        if (wish == Wish.FRESH) {
            return drawn("the classifier is drawn anew, as asked");
        }
        if (wish == Wish.BY_NAME && outputs != classes) {
            return drawn("the classifier is drawn anew, because the model tells "
                    + Wording.count(outputs, "class", "classes") + " apart and the" + " data have " + classes);
        }
        Labels labels;
        try {
            labels = model.labels(file);
        } catch (ConfigException e) {
            requireSameNumber(file, outputs, classes, String.valueOf(e.getMessage()));
            return kept(
                    identity(classes),
                    "the classifier is kept, because it has as many classes as the data, but their names cannot be had: "
                            + e.getMessage() + DRAW);
        }
        return byName(file, ClassMatch.of(train, labels), classes, outputs, wish);
    }

    private static HeadStart byName(ConvNeXtCheckpoint file, ClassMatch match, int classes, int outputs, Wish wish) {
        boolean allKnown = IntStream.range(0, classes).allMatch(label -> match.output(label) != ClassMatch.NONE);
        if (!allKnown) {
            if (wish == Wish.BY_NAME) {
                return drawn(
                        "the classifier is drawn anew, because its classes are others: " + match.mismatch() + KEEP);
            }
            requireSameNumber(file, outputs, classes, match.mismatch());
            return kept(
                    identity(classes),
                    "the classifier is kept, as asked, but it learned other classes, and unlearns them in training: "
                            + match.mismatch());
        }
        List<Integer> rows = IntStream.range(0, classes).mapToObj(match::output).toList();
        String what;
        if (classes != outputs) {
            what = "the classifier keeps the rows of the data's " + classes + " classes, by name, of the model's "
                    + outputs;
        } else if (match.isIdentity()) {
            what = "the classifier is kept, because its classes are those of the data" + DRAW;
        } else {
            what = "the classifier is kept, because its classes are those of the data, and put into their order" + DRAW;
        }
        List<String> notes = new ArrayList<>(match.notes());
        notes.add(what);
        return new HeadStart(rows, notes);
    }

    private static void requireSameNumber(ConvNeXtCheckpoint file, int outputs, int classes, String why) {
        if (outputs != classes) {
            throw new TrainingException(file.path() + ": its classifier of " + outputs
                    + " classes cannot be kept for data of " + classes + ": " + why
                    + "; leave keepHead() (--keep-head) out to draw a new one");
        }
    }

    private static List<Integer> identity(int classes) {
        return IntStream.range(0, classes).boxed().toList();
    }

    private static HeadStart drawn(String note) {
        return new HeadStart(List.of(), List.of(note));
    }

    private static HeadStart kept(List<Integer> rows, String note) {
        return new HeadStart(rows, List.of(note));
    }
}

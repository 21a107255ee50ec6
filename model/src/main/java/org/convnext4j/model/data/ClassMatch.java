package org.convnext4j.model.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.model.image.Labels;

/**
 * Which output of a classifier each class of a data set is, by their names, whatever their order. Names count as the same
 * if they are equal; else if they differ in case and punctuation only; else if one is among the other's, separated by
 * commas ("tench, Tinca tinca"), or is its WordNet identifier (n01440764) in a model of ImageNet's 1000 classes.
 *
 * <p>Where one side has no names but numbers ({@code 0}, {@code class 0}, {@code LABEL_0}), numbers count, and where the
 * model has no names and as many classes as the data, their order does; {@link #notes} says so. Immutable.
 */
public final class ClassMatch {
    /** What {@link #output} gives for a class that is none of the outputs. */
    public static final int NONE = ClassNames.NONE;

    private final Dataset dataset;
    private final List<String> outputs;
    private final String owner;
    private final int[] outputOf;
    private final int[] pictures;
    private final List<String> notes = new ArrayList<>();

    private ClassMatch(Dataset dataset, List<String> outputs, String owner) {
        this.dataset = dataset;
        this.outputs = outputs;
        this.owner = owner;
        this.outputOf = ClassNames.find(dataset.classNames(), outputs);
        this.pictures = new int[outputOf.length];
        for (int i = 0; i < dataset.size(); i++) {
            pictures[dataset.label(i)]++;
        }
    }

    /** The classes of a data set among those of a model. */
    public static ClassMatch of(Dataset dataset, Labels labels) {
        ClassMatch match = new ClassMatch(dataset, labels.names(), "the model");
        match.takeNumbers();
        match.tell();
        return match;
    }

    /** The classes of validation data among those of the training data; by names alone. */
    public static ClassMatch ofValidation(Dataset validation, Dataset train) {
        ClassMatch match = new ClassMatch(validation, train.classNames(), "the training data");
        match.tell();
        return match;
    }

    /** Where there are no names to go by. */
    private void takeNumbers() {
        List<String> names = dataset.classNames();
        boolean unnamed = ClassNames.areNumbers(outputs);
        boolean sameCount = names.size() == outputs.size();
        if (unknown().isEmpty()) {
            return;
        }
        if (takesNumbers(names, unnamed)) {
            if (!unnamed) {
                notes.add("the data have numbers for classes, so " + pairs());
            }
        } else if (sameCount && Arrays.stream(outputOf).allMatch(output -> output == NONE)) {
            if (unnamed) {
                takeOrder();
                notes.add("the model has no names for its classes, so those of the data are taken in their order, that"
                        + " of text: " + pairs() + "; name them as label_names in the model's config.json to be sure");
            } else if (ClassNames.areWordNetIds(names)) {
                takeOrder();
                notes.add("the data have WordNet identifiers for classes, which are taken in their order: " + pairs());
            }
        }
    }

    private void takeOrder() {
        Arrays.setAll(outputOf, label -> label);
    }

    /** Takes the numbers of classes if all that have pictures have one: any for numbered outputs, else one for each. */
    private boolean takesNumbers(List<String> names, boolean unnamed) {
        int[] numbers = new int[names.size()];
        boolean[] taken = new boolean[outputs.size()];
        int count = 0;
        for (int label = 0; label < numbers.length; label++) {
            OptionalInt number = ClassNames.number(names.get(label));
            numbers[label] = NONE;
            if (number.isPresent() && number.getAsInt() < taken.length && !taken[number.getAsInt()]) {
                numbers[label] = number.getAsInt();
                taken[number.getAsInt()] = true;
                count++;
            } else if (pictures[label] > 0) {
                return false;
            }
        }
        if (!unnamed && count < outputs.size()) {
            return false;
        }
        System.arraycopy(numbers, 0, outputOf, 0, numbers.length);
        return true;
    }

    private String pairs() {
        return ClassNames.list(IntStream.range(0, outputOf.length)
                .filter(label -> outputOf[label] != NONE)
                .mapToObj(label -> dataset.classNames().get(label) + " is "
                        + (ClassNames.areNumbers(outputs)
                                ? "class " + outputOf[label]
                                : '"' + outputs.get(outputOf[label]) + '"'))
                .toList());
    }

    private void tell() {
        List<String> without = withoutPictures();
        if (!without.isEmpty() && without.size() < outputs.size()) {
            notes.add(Wording.count(without.size(), "class", "classes") + " of " + owner + " without pictures here: "
                    + ClassNames.list(without));
        }
        if (outputs.size() == 1) {
            notes.add("there is only one class, " + outputs.get(0) + ", so every picture is right whatever it shows");
        }
    }

    /** The data's classes with pictures that are none of the outputs, or may be several. */
    public List<String> unknown() {
        return IntStream.range(0, outputOf.length)
                .filter(label -> outputOf[label] == NONE && pictures[label] > 0)
                .mapToObj(dataset.classNames()::get)
                .toList();
    }

    /** How many pictures are of {@link #unknown} classes. */
    public int unknownPictures() {
        return IntStream.range(0, outputOf.length)
                .filter(label -> outputOf[label] == NONE)
                .map(label -> pictures[label])
                .sum();
    }

    /** The names of outputs that no picture is of. */
    public List<String> withoutPictures() {
        boolean[] has = new boolean[outputs.size()];
        for (int label = 0; label < outputOf.length; label++) {
            if (outputOf[label] != NONE && pictures[label] > 0) {
                has[outputOf[label]] = true;
            }
        }
        return IntStream.range(0, has.length)
                .filter(output -> !has[output])
                .mapToObj(outputs::get)
                .toList();
    }

    /** The output that a class of the data is, or {@link #NONE}. */
    public int output(int label) {
        return outputOf[label];
    }

    /** Whether each class of the data is the output of its own number, and none is left. */
    public boolean isIdentity() {
        return outputOf.length == outputs.size()
                && IntStream.range(0, outputOf.length).allMatch(label -> outputOf[label] == label);
    }

    /** What a user may want to know of the match, each a sentence without its full stop. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * The data with the outputs for classes.
     *
     * @throws DatasetException if a class with pictures is none of the outputs; the message lists both sides
     */
    public Dataset dataset() {
        if (!unknown().isEmpty()) {
            throw new DatasetException(
                    mismatch() + "; rename what is meant to be the same, or leave these pictures out"
                            + " (--allow-missing)",
                    null);
        }
        return isIdentity() ? dataset : new MatchedDataset(dataset, this, outputs);
    }

    /**
     * The same without the pictures of classes that are none of the outputs.
     *
     * @throws DatasetException if no picture is left
     */
    public Dataset datasetOfKnown() {
        if (unknownPictures() == dataset.size()) {
            throw new DatasetException(mismatch() + "; so nothing is left", null);
        }
        return isIdentity() ? dataset : new MatchedDataset(dataset, this, outputs);
    }

    /** What does not match, on both sides; a clause that begins with the data's description. */
    public String mismatch() {
        List<String> unknown = unknown();
        List<String> without = withoutPictures();
        String theirs = ClassNames.areNumbers(outputs)
                ? owner + " tells " + Wording.count(outputs.size(), "class", "classes")
                        + " apart and has numbers for their names"
                : without.isEmpty()
                        ? "all " + outputs.size() + " of " + owner + " are matched"
                        : owner + " has also " + ClassNames.list(without);
        return dataset.description() + ": not among the classes of " + owner + ": " + ClassNames.list(unknown) + "; "
                + theirs;
    }
}

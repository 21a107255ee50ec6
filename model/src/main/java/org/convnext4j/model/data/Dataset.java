package org.convnext4j.model.data;

import java.util.List;
import org.convnext4j.model.image.RgbImage;

/** Labelled pictures in a fixed order. Safe for use by many threads. */
public interface Dataset {
    /** How many samples there are, at least 1. */
    int size();

    /** The names of the K classes, in the order of the labels; all distinct. */
    List<String> classNames();

    /**
     * The class of a sample, 0..K-1.
     *
     * @param index 0..size-1
     */
    int label(int index);

    /**
     * The picture of a sample.
     *
     * @param index 0..size-1
     * @return (H, W, 3), any size
     * @throws org.convnext4j.model.failure.ModelException if it cannot be read; the message names the file
     */
    RgbImage read(int index);

    /**
     * What to call a sample in messages: its file, or its place in one.
     *
     * @param index 0..size-1
     */
    String name(int index);

    /** What it is, in a few words for people. */
    String description();

    /**
     * A short text that is another whenever the samples, their order or their labels are, so that a resumed run can tell
     * that its data have changed. May take a while to compute.
     */
    String fingerprint();

    /** What a user may want to know of how the samples were found, each a sentence without its full stop. */
    default List<String> notes() {
        return List.of();
    }
}

package org.convnext4j.model.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The part of a data set. */
public enum Split {
    /** What is learned from: the folder {@code train}, or the IDX files {@code train-*}. */
    TRAIN("train", "train"),
    /**
     * What is measured on: the folder {@code val}, else {@code valid}, {@code validation} or {@code test}, or the IDX
     * files {@code t10k-*}.
     */
    VALIDATION("t10k", "val valid validation test"),
    /** What is kept for the end: the folder {@code test}, or the IDX files {@code t10k-*}. */
    TEST("t10k", "test");

    private final String idxPrefix;
    private final String folders;

    Split(String idxPrefix, String folders) {
        this.idxPrefix = idxPrefix;
        this.folders = folders;
    }

    /** The usual name of its folder in an image folder. */
    public String folder() {
        return folders().get(0);
    }

    /** All names that its folder may have; the first that is there counts. */
    public List<String> folders() {
        return List.of(folders.split(" ", -1));
    }

    /** What its IDX files begin with. */
    public String idxPrefix() {
        return idxPrefix;
    }

    /**
     * The split that a name of a folder stands for; {@code test} is {@link #TEST}, although it may stand in for a folder
     * of validation. Empty if it is none.
     */
    public static Optional<Split> named(String name) {
        return name.equals(TEST.folder())
                ? Optional.of(TEST)
                : Arrays.stream(values())
                        .filter(split -> split.folders().contains(name))
                        .findFirst();
    }
}

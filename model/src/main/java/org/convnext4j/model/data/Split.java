package org.convnext4j.model.data;

import java.util.List;

/** The part of a data set. */
public enum Split {
    /** What is learned from: the folder {@code train}, or the IDX files {@code train-*}. */
    TRAIN("train", "train"),
    /**
     * What is measured on: the folder {@code val}, else {@code valid}, {@code validation} or {@code test}, or the IDX
     * files {@code t10k-*}.
     */
    VALIDATION("t10k", "val valid validation test");

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
}

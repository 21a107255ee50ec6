package org.convnext4j.model.data;

/** The part of a data set. */
public enum Split {
    /** What is learned from: the folder {@code train}, or the IDX files {@code train-*}. */
    TRAIN("train", "train"),
    /** What is measured on: the folder {@code val}, or the IDX files {@code t10k-*}. */
    VALIDATION("val", "t10k");

    private final String folder;
    private final String idxPrefix;

    Split(String folder, String idxPrefix) {
        this.folder = folder;
        this.idxPrefix = idxPrefix;
    }

    /** The name of its folder in an image folder. */
    public String folder() {
        return folder;
    }

    /** What its IDX files begin with. */
    public String idxPrefix() {
        return idxPrefix;
    }
}

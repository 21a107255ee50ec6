package org.convnext4j.model.train;

/** Which parameters of a network keep their values: none, or everything from the stem up to somewhere. */
public enum Freeze {
    /** All parameters are trained. */
    NONE(0),
    /** The stem is frozen. */
    STEM(1),
    /** The stem and stage 0. */
    STAGE0(2),
    /** Up to stage 1, its downsampling included. */
    STAGE1(3),
    /** Up to stage 2. */
    STAGE2(4),
    /** Everything but the head's norm and classifier. */
    STAGE3(5);

    /** How many are frozen of the stem and the four stages. */
    private final int parts;

    Freeze(int parts) {
        this.parts = parts;
    }

    /** Whether the stem keeps its values. */
    public boolean stem() {
        return parts > 0;
    }

    /** Whether a stage, 0 to 3, and the downsampling before it keep their values. */
    public boolean stage(int stage) {
        return parts > stage + 1;
    }
}

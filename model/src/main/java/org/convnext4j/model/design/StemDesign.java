package org.convnext4j.model.design;

/**
 * The stem.
 *
 * @param kind which layers it has
 * @param width channels between the two convolutions of an overlapping stem; 0 for the others
 */
public record StemDesign(StemKind kind, int width) {
    /** The paper's. */
    public static final StemDesign PAPER = new StemDesign(StemKind.PATCH, 0);

    private static final int MAX_WIDTH = 1 << 24;

    /**
     * Checks the width.
     *
     * @throws IllegalArgumentException if an overlapping stem has none or another has one
     */
    public StemDesign {
        if (kind.overlaps() ? width < 1 || width > MAX_WIDTH : width != 0) {
            throw new IllegalArgumentException("a stem of kind " + kind + " cannot have a width of " + width
                    + "; overlapping stems have 1 or more channels inside, others 0");
        }
    }
}

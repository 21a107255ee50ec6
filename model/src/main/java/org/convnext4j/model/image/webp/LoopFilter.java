package org.convnext4j.model.image.webp;

/**
 * Smooths the edges of a decoded frame's blocks, macroblock by macroblock. Prediction takes samples that are not
 * smoothed yet, so this comes after the whole frame.
 */
final class LoopFilter {
    private final boolean simple;
    private final boolean idle;
    /** Of each segment, without and with subblocks. */
    private final FilterStrength[] strengths;

    private final int columns;
    // of each macroblock, twice the number of its strength, and 1 if its inner edges are smoothed
    private final byte[] kinds;

    LoopFilter(LossyHeader header, int columns, int rows) {
        FilterHeader filter = header.filter();
        simple = filter.simple();
        idle = filter.level() == 0;
        strengths = new FilterStrength[2 * Segmentation.SEGMENTS];
        for (int i = 0; i < strengths.length; i++) {
            strengths[i] = filter.strength(header.segmentation(), i >> 1, (i & 1) != 0);
        }
        this.columns = columns;
        kinds = new byte[Math.multiplyExact(columns, rows)];
    }

    /** Notes what kind of macroblock there is. */
    void set(int row, int column, MacroblockModes modes, boolean hasCoefficients) {
        boolean subblocks = modes.inSubblocks();
        int strength = 2 * modes.segment() + (subblocks ? 1 : 0);
        kinds[row * columns + column] = (byte) (2 * strength + (subblocks || hasCoefficients ? 1 : 0));
    }

    void apply(Planes planes) {
        if (idle) {
            return;
        }
        for (int i = 0; i < kinds.length; i++) {
            FilterStrength strength = strengths[kinds[i] >> 1];
            if (strength.edgeLimit() > 0) {
                boolean inner = (kinds[i] & 1) != 0;
                filter(planes.y(), 16, i, strength, inner);
                if (!simple) {
                    filter(planes.u(), 8, i, strength, inner);
                    filter(planes.v(), 8, i, strength, inner);
                }
            }
        }
    }

    private void filter(Plane plane, int size, int macroblock, FilterStrength strength, boolean inner) {
        int row = macroblock / columns;
        int column = macroblock % columns;
        int at = plane.index(row * size, column * size);
        int stride = plane.stride();
        direction(plane.samples(), at, 1, stride, size, strength, column > 0, inner);
        direction(plane.samples(), at, stride, 1, size, strength, row > 0, inner);
    }

    // The edges between blocks in one direction, from the macroblock's own to the last inside it.
    private void direction(
            byte[] samples,
            int at,
            int across,
            int along,
            int size,
            FilterStrength strength,
            boolean outer,
            boolean inner) {
        int outerLimit = strength.edgeLimit() + 4;
        if (outer && simple) {
            EdgeFilter.simple(samples, at, across, along, size, outerLimit);
        } else if (outer) {
            EdgeFilter.outer(samples, at, across, along, size, outerLimit, strength);
        }
        for (int edge = 4; inner && edge < size; edge += 4) {
            int place = at + edge * across;
            if (simple) {
                EdgeFilter.simple(samples, place, across, along, size, strength.edgeLimit());
            } else {
                EdgeFilter.inner(samples, place, across, along, size, strength);
            }
        }
    }
}

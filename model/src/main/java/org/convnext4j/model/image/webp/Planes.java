package org.convnext4j.model.image.webp;

/**
 * A frame in luma and, at half the resolution, chroma.
 *
 * @param y luma
 * @param u blue's difference
 * @param v red's difference
 */
record Planes(Plane y, Plane u, Plane v) {
    /** Planes of so many macroblocks. */
    static Planes of(int macroblockColumns, int macroblockRows) {
        return new Planes(
                new Plane(16 * macroblockColumns, 16 * macroblockRows),
                new Plane(8 * macroblockColumns, 8 * macroblockRows),
                new Plane(8 * macroblockColumns, 8 * macroblockRows));
    }
}

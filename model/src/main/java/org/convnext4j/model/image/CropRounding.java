package org.convnext4j.model.image;

/** Where a centred window of {@code size} starts when the room left over is odd. */
public enum CropRounding {
    /** To the nearest, halves to even: torchvision and timm, {@code int(round((length - size) / 2.0))}. */
    HALF_EVEN,
    /** Down: Hugging Face, {@code (length - size) // 2}. */
    FLOOR;

    /**
     * The offset of the window.
     *
     * @param length what is cropped, at least {@code size}
     * @param size what is kept
     */
    public int offset(int length, int size) {
        int room = length - size;
        return this == FLOOR ? Math.floorDiv(room, 2) : (int) Math.rint(room / 2.0);
    }
}

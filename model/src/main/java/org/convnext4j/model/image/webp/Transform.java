package org.convnext4j.model.image.webp;

/** What an encoder did to the pixels before it coded them, and how to undo it (RFC 9649, 3.5). */
sealed interface Transform permits PredictorTransform, ColorTransform, SubtractGreenTransform, IndexTransform {
    /**
     * Undoes it.
     *
     * @param pixels as they were coded; may be overwritten
     * @return the pixels before the transform, which may be the same array
     */
    int[] undo(int[] pixels);
}

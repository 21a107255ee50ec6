package org.convnext4j.model.data.augment;

import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.random.RandomStream;

/** How a training picture of any size becomes one of the network's size. */
public sealed interface TrainingCrop permits RandomResizedCrop, PadAndCrop, ResizedPadAndCrop {
    /**
     * A random part of a picture.
     *
     * @param in (any H, any W, 3)
     * @param size H and W of the result, at least 1
     * @return (size, size, 3); may be {@code in} itself
     * @throws IllegalArgumentException if the picture does not allow it
     */
    RgbImage apply(RgbImage in, int size, RandomStream random);
}

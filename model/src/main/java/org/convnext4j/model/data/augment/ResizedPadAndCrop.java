package org.convnext4j.model.data.augment;

import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Resampler;
import org.convnext4j.model.image.ResizeRule;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.random.RandomStream;

/**
 * A border around the picture and a random window of it, after pictures of another size than the network's were resized to
 * it; those of that size stay as they are.
 *
 * @param crop the border and the window
 * @param keepsAspect whether the shorter edge becomes the network's size, and not both edges
 * @param interpolation the resampling filter
 */
public record ResizedPadAndCrop(PadAndCrop crop, boolean keepsAspect, Interpolation interpolation)
        implements TrainingCrop {
    @Override
    public RgbImage apply(RgbImage in, int size, RandomStream random) {
        ResizeRule rule = keepsAspect ? ResizeRule.shortestEdge(size) : ResizeRule.squash(size, size);
        int height = rule.heightFor(in.height(), in.width());
        int width = rule.widthFor(in.height(), in.width());
        boolean fits = in.height() == height && in.width() == width;
        return crop.apply(fits ? in : Resampler.resize(in, height, width, interpolation), size, random);
    }
}

/**
 * Pictures: decoding, resizing as Pillow does, normalisation into tensors, and class names. Start at
 * {@link org.convnext4j.model.image.ImageReader}, for pixels, and {@link org.convnext4j.model.image.Preprocessor}, for
 * the network's input.
 */
@NullMarked
package org.convnext4j.model.image;

import org.jspecify.annotations.NullMarked;

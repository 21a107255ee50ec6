/** Pictures: decoding, resizing as Pillow does, normalisation into tensors, and class names. */
@NullMarked
package org.convnext4j.model.image;

import org.jspecify.annotations.NullMarked;

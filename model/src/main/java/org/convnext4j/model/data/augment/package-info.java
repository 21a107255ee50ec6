/** Augmentations of pictures, as the paper's recipe has them, and the mixing of batches. */
@NullMarked
package org.convnext4j.model.data.augment;

import org.jspecify.annotations.NullMarked;

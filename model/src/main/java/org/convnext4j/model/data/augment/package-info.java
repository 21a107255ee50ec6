/**
 * Augmentations of pictures, as the paper's recipe has them, and the mixing of batches; {@code TrainingPipeline} of
 * {@code model.data} puts them in order.
 */
@NullMarked
package org.convnext4j.model.data.augment;

import org.jspecify.annotations.NullMarked;

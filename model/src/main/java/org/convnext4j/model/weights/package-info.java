/**
 * Checkpoints: safetensors and PyTorch files, the four key layouts, the weights they hold, and writing them. Start at
 * {@link org.convnext4j.model.weights.ConvNeXtCheckpoint}, for networks, or
 * {@link org.convnext4j.model.weights.Checkpoint}, for tensors by name.
 */
@NullMarked
package org.convnext4j.model.weights;

import org.jspecify.annotations.NullMarked;

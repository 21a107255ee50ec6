/** Checkpoints: safetensors and PyTorch files, the four key layouts, the weights they hold, and writing them. */
@NullMarked
package org.convnext4j.model.weights;

import org.jspecify.annotations.NullMarked;

/**
 * Float32 tensors in off-heap memory, and the memory of calls. Start at {@link org.convnext4j.engine.tensor.Tensor}.
 */
@NullMarked
package org.convnext4j.engine.tensor;

import org.jspecify.annotations.NullMarked;

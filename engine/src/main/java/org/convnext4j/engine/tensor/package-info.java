/** Float32 tensors in off-heap memory. */
@NullMarked
package org.convnext4j.engine.tensor;

import org.jspecify.annotations.NullMarked;

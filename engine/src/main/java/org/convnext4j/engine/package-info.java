/** The entry to the engine: which kernels, how many threads. */
@NullMarked
package org.convnext4j.engine;

import org.jspecify.annotations.NullMarked;

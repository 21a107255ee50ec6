/**
 * The entry to the engine: which kernels, how many threads. Start at {@link org.convnext4j.engine.Engine};
 * {@link org.convnext4j.engine.Backend} is what a user asks for, and each backend's choice of kernels is one class
 * beside it.
 */
@NullMarked
package org.convnext4j.engine;

import org.jspecify.annotations.NullMarked;

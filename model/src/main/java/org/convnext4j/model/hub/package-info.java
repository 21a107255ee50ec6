/**
 * Fetches released checkpoints by name into the caches that Python's clients use. Start at
 * {@link org.convnext4j.model.hub.ModelHub}. What is inside a checkpoint belongs to {@code model.weights}.
 */
@NullMarked
package org.convnext4j.model.hub;

import org.jspecify.annotations.NullMarked;

/** Fetches released checkpoints by name into the caches that Python's clients use. */
@NullMarked
package org.convnext4j.model.hub;

import org.jspecify.annotations.NullMarked;

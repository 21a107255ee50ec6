/**
 * Many pictures through a model: walking folders, decoding ahead, and result files that a later run goes on with.
 * Start at {@link org.convnext4j.model.bulk.PictureStream}.
 */
@NullMarked
package org.convnext4j.model.bulk;

import org.jspecify.annotations.NullMarked;

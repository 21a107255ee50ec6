/** Many pictures through a model: walking folders, decoding ahead, and result files that a later run goes on with. */
@NullMarked
package org.convnext4j.model.bulk;

import org.jspecify.annotations.NullMarked;

/** The threads, and how work is shared out among them. */
@NullMarked
package org.convnext4j.engine.parallel;

import org.jspecify.annotations.NullMarked;

/**
 * Every kernel in every implementation at the shapes of the published sizes. The parameters choose variant, stage and
 * backend; what a benchmark computes is compared with the scalar kernel before it is timed.
 */
@NullMarked
package org.convnext4j.bench.kernel;

import org.jspecify.annotations.NullMarked;

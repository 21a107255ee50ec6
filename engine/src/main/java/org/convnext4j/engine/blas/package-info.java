/** Operators that OpenBLAS computes: the matrix product. */
@NullMarked
package org.convnext4j.engine.blas;

import org.jspecify.annotations.NullMarked;

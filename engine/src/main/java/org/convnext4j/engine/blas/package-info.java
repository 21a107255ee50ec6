/**
 * Operators that OpenBLAS computes: the matrix products. Start at {@link org.convnext4j.engine.blas.BlasGemm}.
 */
@NullMarked
package org.convnext4j.engine.blas;

import org.jspecify.annotations.NullMarked;

/**
 * Operators made of others: convolutions as products of matrices, whichever implementation of the product they are given,
 * and what lays their windows out for it. Start at {@link org.convnext4j.engine.matrix.GemmConv}.
 */
@NullMarked
package org.convnext4j.engine.matrix;

import org.jspecify.annotations.NullMarked;

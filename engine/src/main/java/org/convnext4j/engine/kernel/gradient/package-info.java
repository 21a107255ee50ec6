/**
 * What training computes beside the forward pass: the gradient of each operator and the steps of the optimiser. One
 * contract per operator, one implementation of it per package beside {@code kernel} ({@code scalar}, {@code vector}; what is
 * a product of matrices in {@code matrix}); the conventions are those of {@link org.convnext4j.engine.kernel}, and besides:
 *
 * <ul>
 *   <li>{@code gradY} is the gradient of the loss by the operator's output and comes in; {@code gradX},
 *       {@code gradWeight} and {@code gradBias} are those by its input and parameters and go out.
 *   <li>Gradients of parameters have the shapes that PyTorch gives the parameters. They overwrite what was there, or are
 *       added to it where {@code accumulate} says so.
 *   <li>A sum over pixels has one order, which depends on the shapes alone, and is taken in stages so that its error
 *       stays small in float32. Work is shared out by the elements of the result, or in parts of a fixed size whose sums
 *       are added by a second call, so the number of threads never shows in a result.
 * </ul>
 */
@NullMarked
package org.convnext4j.engine.kernel.gradient;

import org.jspecify.annotations.NullMarked;

/**
 * The kernels on the Vector API: the only package that touches {@code jdk.incubator.vector}.
 *
 * <h2>How a kernel here is built</h2>
 *
 * <p>Each has a gate (shape checks, choice of tile), a body of full vectors and a tail under a mask. The body is one
 * small straight-line loop per method, and it is written in a way that C2 turns into nothing but loads and FMAs. What
 * that takes, and what breaking each rule cost when it was measured (Intel Xeon with AVX-512, one core, 210 GFLOP/s at
 * the most):
 *
 * <ul>
 *   <li>The species is a static final; a vector lives in a local variable, never in an array, a field or a record.
 *   <li>Inside loops the Vector API and segments are called directly. A helper method of ours in between is subject to
 *       C2's node budget ({@code NodeCountInliningCutoff}), the JDK's own methods are not: with helpers the 6x4 tile ran
 *       at 6 GFLOP/s, without them at 158.
 *   <li>Offsets are linear in the loop's int counter, so that bounds checks leave the loop; carried along as a running
 *       sum they stay in it.
 *   <li>One tile shape per method. A big method that holds several is rejected by C1 ("out of virtual registers") and
 *       then stays in the interpreter, thousands of times slower, until C2 is done.
 * </ul>
 *
 * <p>To add a tile shape: write the method beside its siblings, add it to the choice in the operator's gate, and the
 * parity tests, which run over every implementation at prime and plus/minus one sizes and at every width of vector,
 * cover it.
 */
@NullMarked
package org.convnext4j.engine.vector;

import org.jspecify.annotations.NullMarked;

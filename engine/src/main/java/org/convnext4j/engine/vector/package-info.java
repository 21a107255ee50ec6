/**
 * The kernels on the Vector API: the only package that touches {@code jdk.incubator.vector}.
 *
 * <h2>How a kernel here is built</h2>
 *
 * <p>Each has an entry (shape checks, choice of tile), a body of full vectors and a tail: under a mask, or for long formulas
 * copied to a vector of its own. The body is one small straight-line loop per method, and it is written in a way that C2
 * turns into nothing but loads and FMAs. What that takes, and what breaking each rule cost when it was measured (Intel Xeon
 * with AVX-512, one core, 210 GFLOP/s at the most):
 *
 * <ul>
 *   <li>The species is a static final; a vector lives in a local variable, never in an array, a field or a record.
 *   <li>Inside loops the Vector API and segments are called directly, and no method of ours takes or gives a vector. Whether
 *       C2 inlines such a method hangs on its budget of nodes ({@code NodeCountInliningCutoff}), on whether the method has
 *       been compiled before and to how much code, and on how often the call was seen; the JDK's own methods are exempt. With
 *       helpers the 6x4 tile ran at 6 GFLOP/s, without them at 158.
 *   <li>In a loop, what an operation is called on is a vector that was just loaded, broadcast or computed from one, never the
 *       one that the loop carries along: {@code x.fma(w, sum)} and {@code x.add(sum)}, not {@code sum.add(x)}. Of the carried
 *       one C2 knows the class only from a profile, which is missing wherever C1 ran a method of the JDK without collecting
 *       one. The call then stays virtual, with an object per operation, for as long as the JVM runs: in one of some ten
 *       starts, some kernel or other. {@code CompilationTest} takes the profiles away.
 *   <li>A tail under a mask is a method of its own that shares no vector with the body, or its columns go one by one. With
 *       both in one method LayerNorm made an object of its means for every row, once a network whose channels need a tail
 *       had run in the JVM ({@code GarbageTest}).
 *   <li>Addresses go through {@link Memory#at} before the loop, or in it where a running sum must be, and distances from
 *       them through {@link Memory#offset} of the loop's int counter: C2 then knows that no access can be out of bounds.
 *       Otherwise bounds checks stay, or leave a loop whose offsets are linear in its counter only for copies of it that run
 *       its first and last steps: the 16-register tile had 5 KB of code in place of 0.9, and layers 13 to 18 % more time
 *       (Zen 3). The kernels of training and the tiles for 32 registers do not do so yet.
 *   <li>One tile shape per method. A big method that holds several is rejected by C1 ("out of virtual registers") and
 *       then stays in the interpreter, thousands of times slower, until C2 is done.
 * </ul>
 *
 * <p>To add a tile shape: write the method beside its siblings, add it to the choice in the operator's entry, and the
 * parity tests, which run over every implementation at prime and plus/minus one sizes and at every width of vector,
 * cover it.
 */
@NullMarked
package org.convnext4j.engine.vector;

import org.jspecify.annotations.NullMarked;

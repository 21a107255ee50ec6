/**
 * What each operator of ConvNeXt computes: one contract per operator, with the shapes and checks that its implementations
 * share. These are in the packages beside this one: the oracles in {@code scalar}, {@code vector}, {@code blas}, what is
 * made of another operator in {@code matrix}, and what runs until Java has compiled the others in {@code plain}.
 *
 * <h2>Conventions</h2>
 *
 * <ul>
 *   <li>Activations are float32, little-endian, NHWC: the channels of one pixel are adjacent.
 *   <li>An operand is a segment and the byte offset of its first row; rows are {@code ...Stride} floats apart. Offsets
 *       are in bytes, strides and counts in floats.
 *   <li>Every method runs on the calling thread and works on a range, so that the caller decides what runs in parallel.
 *       An output element is computed by the same sequence of operations whatever the range, so the result does not
 *       depend on how the work is shared out.
 *   <li>An output never overlaps an input unless the method says that it may.
 *   <li>Methods allocate nothing.
 *   <li>Before its first loop every method checks its operands ({@link org.convnext4j.engine.kernel.Operands}): a count,
 *       stride or range that is negative, a stride shorter than a row, a range of outputs that ends inside a panel, or an
 *       operand that is not wholly within its segment throws {@link java.lang.IndexOutOfBoundsException}; an output that is
 *       read-only, or any operand on the heap, {@link java.lang.IllegalArgumentException}; an arena that is closed
 *       {@link java.lang.IllegalStateException}; one that is confined to another thread
 *       {@link java.lang.WrongThreadException}. Nothing has been written then.
 *   <li>Whoever calls keeps the arenas of the operands open until the method returns. Java gives a library no way to hold a
 *       shared arena open while its own loops run, other than a native call: a shared arena that another thread closes
 *       during a call takes the memory from under it. The models read their callers' pictures in a way that throws then.
 *   <li>Packed weights belong to the implementation that packed them and live as long as the arena given.
 * </ul>
 */
@NullMarked
package org.convnext4j.engine.kernel;

import org.jspecify.annotations.NullMarked;

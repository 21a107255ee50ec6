/**
 * Kernels for a JVM that has just started: float loops over arrays, which the interpreter runs a hundred times faster
 * than vector kernels and the compiler turns into vector code within milliseconds. Each thread keeps a few rows on the
 * heap for them.
 */
@NullMarked
package org.convnext4j.engine.plain;

import org.jspecify.annotations.NullMarked;

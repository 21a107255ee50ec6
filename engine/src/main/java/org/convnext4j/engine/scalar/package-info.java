/**
 * Every operator as plain loops that accumulate in double and round once, when they store: the oracle that other
 * implementations are tested against, and the backend of last resort, which needs neither the Vector API nor a native
 * library.
 */
@NullMarked
package org.convnext4j.engine.scalar;

import org.jspecify.annotations.NullMarked;

/** Blocks and whole networks, with formula weights. */
@NullMarked
package org.convnext4j.bench.network;

import org.jspecify.annotations.NullMarked;

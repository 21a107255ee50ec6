/** The command line {@code convnext}. */
@NullMarked
package org.convnext4j.tools;

import org.jspecify.annotations.NullMarked;

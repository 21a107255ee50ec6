/** Random numbers that follow from one seed alone: the same on every machine, Java version and number of threads. */
@NullMarked
package org.convnext4j.model.random;

import org.jspecify.annotations.NullMarked;

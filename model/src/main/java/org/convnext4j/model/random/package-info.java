/**
 * Random numbers that follow from one seed alone: the same on every machine, Java version and number of threads. Start
 * at {@link org.convnext4j.model.random.Randomness}.
 */
@NullMarked
package org.convnext4j.model.random;

import org.jspecify.annotations.NullMarked;

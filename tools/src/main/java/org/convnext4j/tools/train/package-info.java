/**
 * The commands on labelled pictures: {@code scan}, {@code train}, {@code evaluate} and {@code roadmap}, with their data,
 * recipes, reports and plots. {@link org.convnext4j.tools.train.TrainCommand} is the place to start.
 */
@NullMarked
package org.convnext4j.tools.train;

import org.jspecify.annotations.NullMarked;

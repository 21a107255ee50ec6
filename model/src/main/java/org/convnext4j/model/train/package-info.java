/**
 * Training: the values of a run and how they follow from data and model, the schedule, the parameters and their
 * groups, the files of a run, log and metrics. Start at {@link org.convnext4j.model.train.Training};
 * {@link org.convnext4j.model.train.Trainer} makes the steps. Gradients belong to {@code model.pass}.
 */
@NullMarked
package org.convnext4j.model.train;

import org.jspecify.annotations.NullMarked;

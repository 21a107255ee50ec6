/** Training: the recipe's values, the schedule, the parameters and their groups, checkpoints of a run, log and metrics. */
@NullMarked
package org.convnext4j.model.train;

import org.jspecify.annotations.NullMarked;

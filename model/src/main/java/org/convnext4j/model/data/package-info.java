/** Labelled pictures for training and evaluation: data sets, pipelines and the loader that runs them ahead. */
@NullMarked
package org.convnext4j.model.data;

import org.jspecify.annotations.NullMarked;

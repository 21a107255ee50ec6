/**
 * Labelled pictures for training and evaluation: data sets, what is done with each picture, and the loader that
 * prepares batches ahead. Start at {@link org.convnext4j.model.data.ImageFolder} and
 * {@link org.convnext4j.model.data.BatchLoader}.
 */
@NullMarked
package org.convnext4j.model.data;

import org.jspecify.annotations.NullMarked;

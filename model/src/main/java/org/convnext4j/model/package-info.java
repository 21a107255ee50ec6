/**
 * The front door: {@link org.convnext4j.model.ConvNeXt} loads a network and runs it on pictures ({@link
 * org.convnext4j.model.PictureModel}) or tensors; {@link org.convnext4j.model.LoadOptions} says what its files do not.
 */
@NullMarked
package org.convnext4j.model;

import org.jspecify.annotations.NullMarked;

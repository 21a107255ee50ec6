/**
 * The commands that ask a trained network about pictures: {@code classify}, {@code embed}, {@code similar} and {@code
 * explain}, with how pictures are found and prepared and how results are kept while many of them run.
 * {@link org.convnext4j.tools.picture.ClassifyCommand} is the place to start.
 */
@NullMarked
package org.convnext4j.tools.picture;

import org.jspecify.annotations.NullMarked;

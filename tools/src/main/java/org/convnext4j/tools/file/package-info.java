/**
 * The commands that look into files of networks or write them: {@code inspect}, {@code convert}, and {@code preprocess} and
 * {@code forward}, which do one step of a classification each. {@link org.convnext4j.tools.file.InspectCommand} is the place
 * to start.
 */
@NullMarked
package org.convnext4j.tools.file;

import org.jspecify.annotations.NullMarked;

/**
 * The command {@code completion}: what shells offer, read from the commands and their options.
 * {@link org.convnext4j.tools.completion.CompletionCommand} is the place to start.
 */
@NullMarked
package org.convnext4j.tools.completion;

import org.jspecify.annotations.NullMarked;

/**
 * How failures are told: the exception that all of the library's are kinds of, and the words, numbers and names that their
 * messages hold. Every package may use it and it uses none. {@link org.convnext4j.model.failure.ModelException} is the place
 * to start.
 */
@NullMarked
package org.convnext4j.model.failure;

import org.jspecify.annotations.NullMarked;

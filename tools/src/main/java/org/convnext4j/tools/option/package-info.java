/**
 * What commands of several families share on the way in: options, converters of their values, the model that they name, and
 * how wrong usage and failures are told. {@link org.convnext4j.tools.option.ModelOptions} is the place to start.
 */
@NullMarked
package org.convnext4j.tools.option;

import org.jspecify.annotations.NullMarked;

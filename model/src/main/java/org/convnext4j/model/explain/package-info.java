/**
 * Where in a picture the evidence for a class is: maps of the last stage by the head's weights or by their gradient, and
 * pictures of such maps. Start with {@link org.convnext4j.model.explain.ClassActivationMap}.
 */
@NullMarked
package org.convnext4j.model.explain;

import org.jspecify.annotations.NullMarked;

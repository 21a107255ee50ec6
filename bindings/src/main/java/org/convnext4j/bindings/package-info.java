@NullMarked
package org.convnext4j.bindings;

import org.jspecify.annotations.NullMarked;

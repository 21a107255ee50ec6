@NullMarked
package org.convnext4j.engine;

import org.jspecify.annotations.NullMarked;

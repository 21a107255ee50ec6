@NullMarked
package org.convnext4j.bench;

import org.jspecify.annotations.NullMarked;

@NullMarked
package org.convnext4j.model;

import org.jspecify.annotations.NullMarked;

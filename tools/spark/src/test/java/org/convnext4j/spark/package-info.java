/** Tests in Spark's local mode. */
@NullMarked
package org.convnext4j.spark;

import org.jspecify.annotations.NullMarked;

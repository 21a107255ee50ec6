/** An example: a folder of pictures to embeddings and classes on Apache Spark, with one shared model in each executor. */
@NullMarked
package org.convnext4j.spark;

import org.jspecify.annotations.NullMarked;

/** Writing models in the ONNX format, for other runtimes. */
@NullMarked
package org.convnext4j.model.onnx;

import org.jspecify.annotations.NullMarked;

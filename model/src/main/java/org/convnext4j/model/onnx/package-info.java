/**
 * Writes models in the ONNX format, for other runtimes. Start at {@link org.convnext4j.model.onnx.OnnxExporter};
 * {@code GraphBuilder} has a case for each kind of layer.
 */
@NullMarked
package org.convnext4j.model.onnx;

import org.jspecify.annotations.NullMarked;

package org.convnext4j.model.onnx;

import java.util.List;

/**
 * An input or output of a whole graph: float32.
 *
 * @param name what callers know it by
 * @param dims each a number, or a name where callers choose
 */
record Value(String name, List<String> dims) {}

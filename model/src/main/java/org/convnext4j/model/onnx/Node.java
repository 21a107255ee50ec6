package org.convnext4j.model.onnx;

import java.util.List;

/**
 * One operation of a graph.
 *
 * @param name unique among the nodes
 * @param operator such as {@code Conv}
 * @param inputs the values it reads
 * @param output the value it makes
 * @param attributes its settings
 */
record Node(String name, String operator, List<String> inputs, String output, List<Attribute> attributes) {
    /** A setting: what is set is one of these three. */
    sealed interface Attribute {
        /** Its name in the operator's definition. */
        String name();
    }

    /** A float. */
    record FloatAttribute(String name, float value) implements Attribute {}

    /** A whole number. */
    record IntAttribute(String name, long value) implements Attribute {}

    /** Several whole numbers. */
    record IntsAttribute(String name, List<Long> values) implements Attribute {}
}

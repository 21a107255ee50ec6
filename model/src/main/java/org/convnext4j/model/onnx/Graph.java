package org.convnext4j.model.onnx;

import java.util.ArrayList;
import java.util.List;
import org.convnext4j.engine.tensor.Tensor;

/** A graph under construction: nodes in the order they run, and the constants they read. */
final class Graph {
    private final String name;
    private final Value input;
    private final List<Value> outputs;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Initializer> initializers = new ArrayList<>();

    Graph(String name, Value input, List<Value> outputs) {
        this.name = name;
        this.input = input;
        this.outputs = List.copyOf(outputs);
    }

    String name() {
        return name;
    }

    Value input() {
        return input;
    }

    List<Value> outputs() {
        return outputs;
    }

    List<Node> nodes() {
        return nodes;
    }

    List<Initializer> initializers() {
        return initializers;
    }

    /** Adds a constant; returns its name. */
    String constant(String constantName, Tensor tensor) {
        initializers.add(new Initializer(constantName, tensor, false));
        return constantName;
    }

    /** Adds the transpose of a matrix as a constant; returns its name. */
    String transposedConstant(String constantName, Tensor matrix) {
        initializers.add(new Initializer(constantName, matrix, true));
        return constantName;
    }

    /** Adds a node that is called like its output; returns that. */
    String add(String output, String operator, List<String> inputs, Node.Attribute... attributes) {
        nodes.add(new Node(output, operator, inputs, output, List.of(attributes)));
        return output;
    }
}

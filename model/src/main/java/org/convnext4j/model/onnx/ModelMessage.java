package org.convnext4j.model.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.convnext4j.engine.tensor.Tensor;

/**
 * A graph as ONNX's ModelProto. Everything but the weights is coded at once; the weights, which must have their lengths
 * before them, are only measured then and follow when the message is written. Field numbers are those of onnx.proto.
 */
final class ModelMessage {
    private static final int LENGTH_DELIMITED = WireFormat.WIRETYPE_LENGTH_DELIMITED;
    /** The first version of the format that knows opset 18. */
    private static final long IR_VERSION = 8;
    /** The operators' version. */
    private static final long OPSET = 18;

    private static final int FLOAT = 1;
    private static final int ATTRIBUTE_FLOAT = 1;
    private static final int ATTRIBUTE_INT = 2;
    private static final int ATTRIBUTE_INTS = 7;
    private static final int COPY_BYTES = 1 << 18;

    /** ModelProto's and GraphProto's fields that hold other messages. */
    private static final int GRAPH = 7;

    private static final int METADATA = 14;

    private static final int INITIALIZER = 5;
    private static final int RAW_DATA = 9;

    private final Graph graph;
    private final byte[] model;
    private final byte[] graphStart;
    private final List<byte[]> tensorStarts = new ArrayList<>();

    /**
     * A message.
     *
     * @param metadata texts by their keys
     */
    ModelMessage(Graph graph, Map<String, String> metadata) {
        this.graph = graph;
        this.model = bytes(out -> {
            out.writeInt64(1, IR_VERSION);
            out.writeString(2, "convnext4j");
            out.writeByteArray(8, bytes(opset -> {
                opset.writeString(1, "");
                opset.writeInt64(2, OPSET);
            }));
            for (Map.Entry<String, String> entry : metadata.entrySet()) {
                out.writeByteArray(METADATA, bytes(text -> {
                    text.writeString(1, entry.getKey());
                    text.writeString(2, entry.getValue());
                }));
            }
        });
        this.graphStart = bytes(out -> {
            for (Node node : graph.nodes()) {
                out.writeByteArray(1, node(node));
            }
            out.writeString(2, graph.name());
            out.writeByteArray(11, value(graph.input()));
            for (Value output : graph.outputs()) {
                out.writeByteArray(12, value(output));
            }
        });
        for (Initializer initializer : graph.initializers()) {
            tensorStarts.add(tensorStart(initializer));
        }
    }

    /** The length of the whole message. */
    long size() {
        return model.length + fieldSize(GRAPH, graphSize());
    }

    /**
     * Writes the whole message.
     *
     * @throws IllegalStateException if its length does not fit into a protobuf message
     */
    void writeTo(CodedOutputStream out) throws IOException {
        if (size() > Integer.MAX_VALUE) {
            throw new IllegalStateException("a message of " + size() + " bytes is too long");
        }
        out.writeRawBytes(model);
        writeStart(out, GRAPH, graphSize());
        out.writeRawBytes(graphStart);
        for (int i = 0; i < tensorStarts.size(); i++) {
            Initializer initializer = graph.initializers().get(i);
            writeStart(out, INITIALIZER, tensorSize(i));
            out.writeRawBytes(tensorStarts.get(i));
            writeStart(out, RAW_DATA, initializer.bytes());
            if (initializer.transposed()) {
                writeTransposed(out, initializer.tensor());
            } else {
                write(out, initializer.tensor().data());
            }
        }
        out.flush();
    }

    private long graphSize() {
        long size = graphStart.length;
        for (int i = 0; i < tensorStarts.size(); i++) {
            size += fieldSize(INITIALIZER, tensorSize(i));
        }
        return size;
    }

    private long tensorSize(int index) {
        return tensorStarts.get(index).length
                + fieldSize(RAW_DATA, graph.initializers().get(index).bytes());
    }

    /** A length-delimited field with its tag and length. */
    private static long fieldSize(int field, long bytes) {
        return CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt64SizeNoTag(bytes) + bytes;
    }

    private static void writeStart(CodedOutputStream out, int field, long bytes) throws IOException {
        out.writeTag(field, LENGTH_DELIMITED);
        out.writeUInt64NoTag(bytes);
    }

    /** A tensor in memory is little-endian, as it must be in the file. */
    private static void write(CodedOutputStream out, MemorySegment data) throws IOException {
        out.writeRawBytes(data.asByteBuffer());
    }

    /** Some columns at a time, so that each cache line of the source is read for several of them. */
    private static void writeTransposed(CodedOutputStream out, Tensor matrix) throws IOException {
        int rows = matrix.dim(0);
        int columns = matrix.dim(1);
        int columnsAtOnce = Math.clamp(COPY_BYTES / Float.BYTES / rows, 1, columns);
        byte[] copy = new byte[columnsAtOnce * rows * Float.BYTES];
        MemorySegment target = MemorySegment.ofArray(copy);
        for (int from = 0; from < columns; from += columnsAtOnce) {
            int width = Math.min(columnsAtOnce, columns - from);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < width; column++) {
                    float value = matrix.get((long) row * columns + from + column);
                    target.setAtIndex(Tensor.FLOAT, (long) column * rows + row, value);
                }
            }
            out.write(copy, 0, width * rows * Float.BYTES);
        }
    }

    private static byte[] tensorStart(Initializer initializer) {
        return bytes(out -> {
            for (int dim : initializer.dims()) {
                out.writeInt64(1, dim);
            }
            out.writeInt32(2, FLOAT);
            out.writeString(8, initializer.name());
        });
    }

    private static byte[] node(Node node) {
        return bytes(out -> {
            for (String input : node.inputs()) {
                out.writeString(1, input);
            }
            out.writeString(2, node.output());
            out.writeString(3, node.name());
            out.writeString(4, node.operator());
            for (Node.Attribute attribute : node.attributes()) {
                out.writeByteArray(5, attribute(attribute));
            }
        });
    }

    private static byte[] attribute(Node.Attribute attribute) {
        return bytes(out -> {
            out.writeString(1, attribute.name());
            switch (attribute) {
                case Node.FloatAttribute(var _, float value) -> {
                    out.writeFloat(2, value);
                    out.writeEnum(20, ATTRIBUTE_FLOAT);
                }
                case Node.IntAttribute(var _, long value) -> {
                    out.writeInt64(3, value);
                    out.writeEnum(20, ATTRIBUTE_INT);
                }
                case Node.IntsAttribute(var _, List<Long> values) -> {
                    for (long value : values) {
                        out.writeInt64(8, value);
                    }
                    out.writeEnum(20, ATTRIBUTE_INTS);
                }
            }
        });
    }

    /** ValueInfoProto, with TypeProto, its Tensor and TensorShapeProto inside. */
    private static byte[] value(Value value) {
        byte[] shape = bytes(out -> {
            for (String dim : value.dims()) {
                out.writeByteArray(1, bytes(inner -> {
                    if (Character.isDigit(dim.charAt(0))) {
                        inner.writeInt64(1, Long.parseLong(dim));
                    } else {
                        inner.writeString(2, dim);
                    }
                }));
            }
        });
        byte[] tensor = bytes(out -> {
            out.writeInt32(1, FLOAT);
            out.writeByteArray(2, shape);
        });
        return bytes(out -> {
            out.writeString(1, value.name());
            out.writeByteArray(2, bytes(type -> type.writeByteArray(1, tensor)));
        });
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    /** A small message in memory. */
    private static byte[] bytes(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }
}

package org.convnext4j.model.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Pickles made opcode by opcode, good and bad. */
final class PickleBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleBytes() {
        op(0x80, 2);
    }

    PickleBytes op(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    /** The number that legacy files begin with. */
    PickleBytes magic() {
        return op(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19);
    }

    PickleBytes text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        u32(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    PickleBytes integer(int value) {
        out.write('J');
        return u32(value);
    }

    PickleBytes u32(int value) {
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    PickleBytes global(String module, String name) {
        out.write('c');
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    PickleBytes integers(int... values) {
        op('(');
        for (int value : values) {
            integer(value);
        }
        return op('t');
    }

    /** What torch.save writes for a tensor. */
    PickleBytes tensor(String type, String key, int elements, int offset, int[] shape, int[] strides) {
        global("torch._utils", "_rebuild_tensor_v2").op('(');
        op('(').text("storage").global("torch", type).text(key).text("cpu").integer(elements);
        op('t', 'Q').integer(offset).integers(shape).integers(strides).op(0x89);
        return global("collections", "OrderedDict").op(')', 'R', 't', 'R');
    }

    /** What torch.save writes for a tensor of a newer type: bytes, and the type beside them. */
    PickleBytes typedTensor(String dtype, String key, int bytes, int[] shape, int[] strides) {
        global("torch._utils", "_rebuild_tensor_v3").op('(');
        op('(').text("storage")
                .global("torch.storage", "UntypedStorage")
                .text(key)
                .text("cpu");
        integer(bytes).op('t', 'Q').integer(0).integers(shape).integers(strides).op(0x89);
        return global("collections", "OrderedDict")
                .op(')', 'R')
                .global("torch", dtype)
                .op('t', 'R');
    }

    /** Ends the pickle. */
    byte[] stop() {
        out.write('.');
        return out.toByteArray();
    }
}

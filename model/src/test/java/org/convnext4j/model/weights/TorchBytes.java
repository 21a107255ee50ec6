package org.convnext4j.model.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files as torch.save writes them, made by hand. */
final class TorchBytes {
    private TorchBytes() {}

    /** A zip archive of these entries; compressed if asked for. */
    static byte[] zip(Map<String, byte[]> entries, boolean compressed) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> item : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(item.getKey());
                CRC32 crc = new CRC32();
                crc.update(item.getValue());
                entry.setMethod(compressed ? ZipEntry.DEFLATED : ZipEntry.STORED);
                entry.setSize(item.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(item.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A zip checkpoint of this pickle and storages 0, 1, ... */
    static byte[] checkpoint(byte[] pickle, String byteOrder, byte[]... storages) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", pickle);
        entries.put("archive/byteorder", byteOrder.getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < storages.length; i++) {
            entries.put("archive/data/" + i, storages[i]);
        }
        return zip(entries, false);
    }

    static byte[] floats(ByteOrder order, float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(order);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return buffer.array();
    }

    /** The small model in a zip checkpoint. */
    static byte[] smallZip() {
        return smallZip("FloatStorage");
    }

    /** The same bytes, said to be of another type as large. */
    static byte[] smallZip(String type) {
        List<byte[]> storages = new ArrayList<>();
        byte[] pickle = smallPickle(storages, type);
        return checkpoint(pickle, "little", storages.toArray(byte[][]::new));
    }

    /** The small model in a legacy checkpoint. */
    static byte[] smallLegacy() {
        List<byte[]> storages = new ArrayList<>();
        byte[] pickle = smallPickle(storages, "FloatStorage");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new PickleBytes().magic().stop());
        out.writeBytes(new PickleBytes().integer(1001).stop());
        out.writeBytes(
                new PickleBytes().op('}').text("little_endian").op(0x88, 's').stop());
        out.writeBytes(pickle);
        PickleBytes keys = new PickleBytes().op(']', '(');
        for (int i = 0; i < storages.size(); i++) {
            keys.text(String.valueOf(i));
        }
        out.writeBytes(keys.op('e').stop());
        for (byte[] storage : storages) {
            out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(storage.length / Float.BYTES)
                    .array());
            out.writeBytes(storage);
        }
        return out.toByteArray();
    }

    /** Small models of these salts at these places, dicts in dicts with dots between their keys. */
    static byte[] networks(Map<String, Integer> saltByPlace) {
        List<byte[]> storages = new ArrayList<>();
        PickleBytes pickle = new PickleBytes().op('}', '(');
        pickle.text("epoch").integer(3);
        pickle.text("args")
                .global("argparse", "Namespace")
                .op(')', 0x81, '}')
                .text("lr")
                .integer(1)
                .op('s', 'b');
        pickle.text("scheduler")
                .global("collections", "Counter")
                .op('}')
                .integer(30)
                .integer(1)
                .op('s', 0x85, 'R');
        saltByPlace.forEach((place, salt) -> {
            String[] keys = place.split("\\.", -1);
            for (int k = 0; k < keys.length; k++) {
                pickle.text(keys[k]).op('}', '(');
            }
            small(pickle, storages, salt, "FloatStorage");
            for (int k = 0; k < keys.length; k++) {
                pickle.op('u');
            }
        });
        byte[] bytes = pickle.op('u').stop();
        return checkpoint(bytes, "little", storages.toArray(byte[][]::new));
    }

    private static byte[] smallPickle(List<byte[]> storages, String type) {
        PickleBytes pickle = new PickleBytes().op('}').text("model").op('}', '(');
        small(pickle, storages, 0, type);
        return pickle.op('u', 's').stop();
    }

    /** Names and tensors of the small model. */
    private static void small(PickleBytes pickle, List<byte[]> storages, int salt, String type) {
        try (Arena arena = Arena.ofConfined()) {
            FormulaWeights.of(Toy.SMALL, salt, arena).forEach((name, tensor) -> {
                int[] shape = tensor.shape().dims().stream()
                        .mapToInt(Integer::intValue)
                        .toArray();
                int[] strides = new int[shape.length];
                int step = 1;
                for (int d = shape.length - 1; d >= 0; d--) {
                    strides[d] = step;
                    step *= shape[d];
                }
                pickle.text(name).tensor(type, String.valueOf(storages.size()), step, 0, shape, strides);
                storages.add(tensor.data().toArray(ValueLayout.JAVA_BYTE));
            });
        }
    }
}

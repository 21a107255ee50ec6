package org.convnext4j.model.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes safetensors files, tensor by tensor through a small buffer. The file appears under its name only when it is
 * complete. Tensors of wider types come first, so that every one is aligned to its type.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;
    private static final long CHUNK_ELEMENTS = 1 << 18;
    private static final long CHUNK_BYTES = CHUNK_ELEMENTS * Double.BYTES;

    private final Path target;
    private final @Nullable DType dtype;

    private SafetensorsWriter(Path target, @Nullable DType dtype) {
        this.target = target;
        this.dtype = dtype;
    }

    /**
     * Writes a file, over an old one if there is one.
     *
     * @param target of the file; its folder must exist
     * @param tensors in the order they are to have, as far as their types' widths are equal
     * @param dtype of all tensors in the file: F32, F16 or BF16; null keeps each tensor's own
     * @param metadata the file's notes
     * @throws CheckpointException if the file cannot be written, or a value is too large for the type; nothing is left
     *     behind then
     * @throws IllegalArgumentException if the type cannot be written or two tensors have one name
     */
    public static void write(
            Path target, List<TensorEntry> tensors, @Nullable DType dtype, Map<String, String> metadata) {
        write(
                target,
                tensors,
                dtype,
                metadata,
                temp -> FileChannel.open(temp, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
    }

    static void write(
            Path target,
            List<TensorEntry> tensors,
            @Nullable DType dtype,
            Map<String, String> metadata,
            AtomicFile.Opener opener) {
        AtomicFile.write(target, opener, content(target, tensors, dtype, metadata));
    }

    /** What {@link #write(Path, List, DType, Map)} writes, for files that are written together. */
    static AtomicFile.Content content(
            Path target, List<TensorEntry> tensors, @Nullable DType dtype, Map<String, String> metadata) {
        requireWritable(tensors, dtype);
        SafetensorsWriter writer = new SafetensorsWriter(target, dtype);
        return channel -> writer.writeAll(channel, tensors, metadata);
    }

    /**
     * Writes what a file would hold to a channel, every tensor in its own type. Where it goes, and what becomes of half of
     * it, is the caller's.
     *
     * @param channel not closed
     * @param tensors in the order they are to have, as far as their types' widths are equal
     * @param metadata the file's notes
     * @throws IOException if the channel does
     * @throws IllegalArgumentException if two tensors have one name
     */
    public static void write(WritableByteChannel channel, List<TensorEntry> tensors, Map<String, String> metadata)
            throws IOException {
        requireWritable(tensors, null);
        // Nothing is converted, so no message names the file.
        new SafetensorsWriter(Path.of(""), null).writeAll(channel, tensors, metadata);
    }

    private static void requireWritable(List<TensorEntry> tensors, @Nullable DType dtype) {
        if (dtype != null && !dtype.isWritable()) {
            throw new IllegalArgumentException("checkpoints are written in F32, F16 or BF16, not " + dtype);
        }
        Set<String> names = new HashSet<>(Set.of(SafetensorsHeader.METADATA));
        for (TensorEntry tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("the name " + tensor.name() + " is taken");
            }
            if (dtype != null && !tensor.dtype().isReadable()) {
                throw new IllegalArgumentException(
                        "tensor " + tensor.name() + " of type " + tensor.dtype() + " cannot become " + dtype);
            }
        }
    }

    private void writeAll(WritableByteChannel channel, List<TensorEntry> tensors, Map<String, String> metadata)
            throws IOException {
        List<TensorEntry> sorted = new ArrayList<>(tensors);
        sorted.sort(Comparator.comparingInt((TensorEntry tensor) -> type(tensor).bytes())
                .reversed());
        ChannelWrites.all(channel, header(sorted, metadata));
        for (TensorEntry tensor : sorted) {
            if (type(tensor) == tensor.dtype()) {
                copy(channel, tensor);
            } else {
                convert(channel, tensor);
            }
        }
    }

    private DType type(TensorEntry tensor) {
        return dtype == null ? tensor.dtype() : dtype;
    }

    /** The length and the JSON, padded with blanks to a multiple of eight bytes. */
    private byte[] header(List<TensorEntry> tensors, Map<String, String> metadata) throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator generator = new JsonFactory().createGenerator(json)) {
            generator.writeStartObject();
            if (!metadata.isEmpty()) {
                generator.writeObjectFieldStart(SafetensorsHeader.METADATA);
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    generator.writeStringField(entry.getKey(), entry.getValue());
                }
                generator.writeEndObject();
            }
            long offset = 0;
            for (TensorEntry tensor : tensors) {
                long end = offset + tensor.elements() * type(tensor).bytes();
                generator.writeObjectFieldStart(tensor.name());
                generator.writeStringField("dtype", type(tensor).name());
                generator.writeFieldName("shape");
                generator.writeStartArray();
                for (long dim : tensor.shape()) {
                    generator.writeNumber(dim);
                }
                generator.writeEndArray();
                generator.writeFieldName("data_offsets");
                generator.writeStartArray();
                generator.writeNumber(offset);
                generator.writeNumber(end);
                generator.writeEndArray();
                generator.writeEndObject();
                offset = end;
            }
            generator.writeEndObject();
        }
        while (json.size() % ALIGNMENT != 0) {
            json.write(' ');
        }
        return ByteBuffer.allocate(Long.BYTES + json.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.size())
                .put(json.toByteArray())
                .array();
    }

    private void copy(WritableByteChannel channel, TensorEntry tensor) throws IOException {
        long bytes = tensor.elements() * tensor.dtype().bytes();
        try (Arena arena = Arena.ofConfined()) {
            long chunk = Math.min(CHUNK_BYTES, bytes);
            MemorySegment buffer = arena.allocate(chunk, ALIGNMENT);
            for (long start = 0; start < bytes; start += chunk) {
                MemorySegment part = buffer.asSlice(0, Math.min(chunk, bytes - start));
                tensor.read(start, part);
                ChannelWrites.all(channel, part.asByteBuffer());
            }
        }
    }

    private void convert(WritableByteChannel channel, TensorEntry tensor) throws IOException {
        DType from = tensor.dtype();
        DType to = type(tensor);
        try (Arena arena = Arena.ofConfined()) {
            long capacity = Math.min(CHUNK_ELEMENTS, tensor.elements());
            MemorySegment floats = arena.allocate(capacity * Float.BYTES, Float.BYTES);
            MemorySegment in = arena.allocate(capacity * from.bytes(), Double.BYTES);
            MemorySegment out = arena.allocate(capacity * to.bytes(), Float.BYTES);
            for (long start = 0; start < tensor.elements(); start += CHUNK_ELEMENTS) {
                long count = Math.min(CHUNK_ELEMENTS, tensor.elements() - start);
                MemorySegment source = in.asSlice(0, count * from.bytes());
                tensor.read(start * from.bytes(), source);
                MemorySegment values = floats.asSlice(0, count * Float.BYTES);
                FloatConversion.toFloat32(from, source, values);
                MemorySegment converted = out.asSlice(0, count * to.bytes());
                long overflow = FloatConversion.ofFloat32(values, to, converted);
                if (overflow >= 0) {
                    throw new CheckpointException(
                            target,
                            "cannot be written in " + to + ": tensor " + tensor.name()
                                    + " has a value too large for it at element " + (start + overflow)
                                    + "; take F32");
                }
                ChannelWrites.all(channel, converted.asByteBuffer());
            }
        }
    }
}

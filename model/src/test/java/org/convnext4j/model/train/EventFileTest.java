package org.convnext4j.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    /** An event as a reader of its own finds it: field numbers of event.proto and summary.proto. */
    record Event(double wallTime, long step, String version, boolean starts, Map<String, Float> scalars) {}

    @TempDir
    private Path folder;

    /** All events of a file; fails where a checksum or a length is wrong. */
    static List<Event> read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            int length = Math.toIntExact(bytes.getLong());
            assertEquals(crc(bytes.array(), start, 8), bytes.getInt(), "checksum of a length");
            byte[] message = new byte[length];
            bytes.get(message);
            assertEquals(crc(message, 0, length), bytes.getInt(), "checksum of an event");
            events.add(event(CodedInputStream.newInstance(message)));
        }
        return events;
    }

    /** What all files of a folder have of each scalar after what does not count is left out, by step. */
    static Map<String, NavigableMap<Long, Float>> scalars(Path folder) throws IOException {
        Map<String, NavigableMap<Long, Float>> found = new TreeMap<>();
        for (Path file : Folders.list(folder)) {
            for (Event event : read(file)) {
                if (event.starts()) {
                    found.values()
                            .forEach(
                                    values -> values.tailMap(event.step(), true).clear());
                }
                event.scalars()
                        .forEach((tag, value) -> found.computeIfAbsent(tag, name -> new TreeMap<>())
                                .put(event.step(), value));
            }
        }
        return found;
    }

    private static Event event(CodedInputStream in) throws IOException {
        double wallTime = 0;
        long step = 0;
        String version = "";
        boolean starts = false;
        Map<String, Float> scalars = new LinkedHashMap<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag >>> 3) {
                case 1 -> wallTime = in.readDouble();
                case 2 -> step = in.readInt64();
                case 3 -> version = in.readString();
                case 5 -> summary(in.readBytes().newCodedInput(), scalars);
                case 7 -> {
                    CodedInputStream session = in.readBytes().newCodedInput();
                    assertEquals(1 << 3, session.readTag());
                    starts = session.readEnum() == 1;
                }
                default -> throw new IOException("field " + (tag >>> 3));
            }
        }
        return new Event(wallTime, step, version, starts, scalars);
    }

    private static void summary(CodedInputStream in, Map<String, Float> scalars) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            CodedInputStream value = in.readBytes().newCodedInput();
            assertEquals(1 << 3 | 2, value.readTag());
            String name = value.readString();
            assertEquals(2 << 3 | 5, value.readTag());
            scalars.put(name, value.readFloat());
        }
    }

    /** CRC-32C bit by bit, turned and shifted as the format wants it. */
    private static int crc(byte[] data, int from, int length) {
        int crc = -1;
        for (int i = from; i < from + length; i++) {
            crc ^= data[i] & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) * 0x82f63b78);
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    @Test
    void eventsComeBack() throws IOException {
        double before = Instant.now().toEpochMilli() / 1000.0;
        Path file;
        try (EventFile events = EventFile.create(folder.resolve("tensorboard"), 0)) {
            file = events.file();
            events.scalars(20, Map.of("train/loss", 1.5));
            assertEquals(2, read(file).size(), "an event is there at once");
            events.scalars(21, Map.of("epoch/top1", Double.NaN));
            Map<String, Double> two = new LinkedHashMap<>();
            two.put("epoch/top1", 0.25);
            two.put("epoch/top5", Double.NaN);
            two.put("epoch/loss", 1e-3);
            events.scalars(1L << 40, two);
        }
        List<Event> events = read(file);
        assertEquals(3, events.size(), "what was not measured is left out");
        assertEquals("brain.Event:2", events.get(0).version());
        assertEquals(Map.of("train/loss", 1.5f), events.get(1).scalars());
        assertEquals(20, events.get(1).step());
        assertEquals(
                Map.of("epoch/top1", 0.25f, "epoch/loss", 1e-3f), events.get(2).scalars());
        assertEquals(1L << 40, events.get(2).step());
        assertTrue(events.get(0).wallTime() >= before - 1 && events.get(2).wallTime() < before + 600);
        assertTrue(file.getFileName().toString().startsWith("events.out.tfevents."), file.toString());
    }

    /** Files are read in the order of their names; the later says from where on it counts. */
    @Test
    void aLaterFileReplacesWhatIsNewerThanItsStart() throws IOException {
        for (int start = 0; start < 3; start++) {
            try (EventFile events = EventFile.create(folder, 10L * start)) {
                for (long step = 10L * start + 5; step <= 40; step += 5) {
                    events.scalars(step, Map.of("x", step + 100.0 * start));
                }
            }
        }
        assertEquals(3, Folders.list(folder).size());
        Map<Long, Float> expected = new TreeMap<>(
                Map.of(5L, 5f, 10L, 10f, 15L, 115f, 20L, 120f, 25L, 225f, 30L, 230f, 35L, 235f, 40L, 240f));
        assertEquals(Map.of("x", expected), scalars(folder));
    }

    @Test
    void aFolderThatCannotBeIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Runs.assertRefused(() -> EventFile.create(file, 0), file.toString(), "event file");
    }
}

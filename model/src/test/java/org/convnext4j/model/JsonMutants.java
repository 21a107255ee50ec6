package org.convnext4j.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.convnext4j.model.failure.ModelException;

/**
 * Feeds damaged JSON to a reader: values replaced, removed, renamed, swapped, nested deep, and bytes changed. The reader
 * takes each or refuses it with a {@link ModelException}, within bounds of time and memory. The system property
 * {@code convnext4j.mutants} sets how many there are.
 */
public final class JsonMutants {
    /** How many of each kind of file. */
    public static final int ROUNDS = Integer.getInteger("convnext4j.mutants", 2000);

    /** Of a file of at most a few KB: parsing, its tree, and a network of a few tensors. */
    private static final long MOST_BYTES = 16L << 20;

    private static final long MOST_NANOS = 2_000_000_000L;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "-1",
            "1",
            "2",
            "3",
            "31",
            "224",
            "0.5",
            "-0.0",
            "1e-320",
            "1e-30",
            "1e38",
            "1e308",
            "1e400",
            "-1e400",
            "4611686018427387904",
            "2147483648",
            "99999999999999999999999999999999999999",
            "\"\"",
            "\"NaN\"",
            "\"Infinity\"",
            "\"true\"",
            "\"1\"",
            "\"max\"",
            "\"ViTImageProcessor\"",
            "\"convnext_atto\"",
            "[]",
            "{}",
            "[0,0,0]",
            "[1,2,3]",
            "[3,32,32]",
            "[224,224]",
            "[null]",
            "[[1],[2]]",
            "{\"height\":1,\"width\":99999}",
            "{\"shortest_edge\":0}",
            "{\"0\":\"a\",\"2\":\"b\"}",
            "\"" + "x".repeat(3000) + "\"",
            "[".repeat(50) + "]".repeat(50));

    private final Random random;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private long mostBytes;
    private long mostNanos;
    private int refused;

    private JsonMutants(long seed) {
        this.random = new Random(seed);
    }

    /** Reads one mutant. */
    public interface Reader {
        /** Reads it, or throws a {@link ModelException}. */
        void read(byte[] json) throws IOException;
    }

    /** Feeds a reader. */
    public static void feed(String what, String good, long seed, Reader reader) throws IOException {
        new JsonMutants(seed).run(what, good, reader);
    }

    private void run(String what, String good, Reader reader) throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] mutant = mutant(good);
            long bytes = threads.getCurrentThreadAllocatedBytes();
            long nanos = threads.getCurrentThreadCpuTime();
            try {
                reader.read(mutant);
            } catch (ModelException e) {
                refused++;
                String message = String.valueOf(e.getMessage());
                assertTrue(
                        message.length() < 4000,
                        () -> what + ": a message of " + message.length() + " characters: " + message);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        what + ", round " + round + ": " + new String(mutant, StandardCharsets.UTF_8), e);
            }
            if (round > 20) { // when classes are loaded
                note(
                        what,
                        mutant,
                        threads.getCurrentThreadAllocatedBytes() - bytes,
                        threads.getCurrentThreadCpuTime() - nanos);
            }
        }
        assertTrue(refused > ROUNDS / 10 && refused < ROUNDS, what + ": refused " + refused);
        if (ROUNDS > 10_000) {
            System.out.printf(
                    "%s: %d mutants, %d refused, at most %d KB and %d ms%n",
                    what, ROUNDS, refused, mostBytes >> 10, mostNanos / 1_000_000);
        }
    }

    private void note(String what, byte[] mutant, long bytes, long nanos) {
        mostBytes = Math.max(mostBytes, bytes);
        mostNanos = Math.max(mostNanos, nanos);
        assertTrue(
                bytes <= MOST_BYTES && nanos <= MOST_NANOS,
                () -> what + ": " + bytes + " bytes, " + nanos + " ns for "
                        + new String(mutant, StandardCharsets.UTF_8));
    }

    private byte[] mutant(String good) throws JsonProcessingException {
        JsonNode tree = JSON.readTree(good);
        int edits = 1 + random.nextInt(3);
        if (random.nextInt(4) > 0) {
            for (int i = 0; i < edits; i++) {
                edit(tree);
            }
        }
        byte[] bytes = JSON.writeValueAsBytes(tree);
        return random.nextInt(3) == 0 ? damaged(bytes, edits) : bytes;
    }

    private void edit(JsonNode tree) throws JsonProcessingException {
        List<ContainerNode<?>> containers = new ArrayList<>();
        collect(tree, containers);
        ContainerNode<?> container = containers.get(random.nextInt(containers.size()));
        JsonNode value = JSON.readTree(VALUES.get(random.nextInt(VALUES.size())));
        if (random.nextInt(5) == 0) {
            List<JsonNode> all =
                    tree.findValues(container instanceof ObjectNode node && !node.isEmpty() ? name(node) : "size");
            value = all.isEmpty() ? value : all.get(random.nextInt(all.size())).deepCopy();
        }
        if (container instanceof ObjectNode object) {
            String name = object.isEmpty() ? "new" : name(object);
            switch (random.nextInt(6)) {
                case 0 -> object.remove(name);
                case 1 -> object.set("do_" + name, value);
                case 2 -> object.set(name + "_", object.remove(name));
                default -> object.set(name, value);
            }
        } else if (container instanceof ArrayNode array) {
            int at = array.isEmpty() ? 0 : random.nextInt(array.size());
            switch (array.isEmpty() ? 0 : random.nextInt(3)) {
                case 0 -> array.insert(at, value);
                case 1 -> array.remove(at);
                default -> array.set(at, value);
            }
        }
    }

    private String name(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names.get(random.nextInt(names.size()));
    }

    private static void collect(JsonNode node, List<ContainerNode<?>> containers) {
        if (node instanceof ContainerNode<?> container) {
            containers.add(container);
            node.forEach(child -> collect(child, containers));
        }
    }

    /** The text with some bytes changed, cut off or written twice, or with very deep nesting. */
    private byte[] damaged(byte[] bytes, int edits) {
        StringBuilder text = new StringBuilder(new String(bytes, StandardCharsets.ISO_8859_1));
        for (int i = 0; i < edits && text.length() > 0; i++) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(6)) {
                case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                case 1 -> text.delete(at, end);
                case 2 -> text.insert(at, text.substring(at, end));
                case 3 -> text.setLength(at);
                case 4 -> text.insert(at, random.nextBoolean() ? "NaN" : "\u0000");
                default -> text.insert(at, "[".repeat(1 + random.nextInt(2000)));
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}

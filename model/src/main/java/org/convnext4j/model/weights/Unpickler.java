package org.convnext4j.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pickles that {@code torch.save} writes, protocols 2 to 5, and can run nothing: names mean what
 * {@link TorchGlobal} says or are opaque. Integers come as Long (BigInteger beyond), strings as String, bytes as byte[], tuples
 * and lists as {@link PickleTuple}, dicts as {@link PickleDict}, tensors as {@link TorchTensor}, whatever is of no use
 * as {@link PickleOpaque}. Memory is bounded by the pickle's size and the number of opcodes, to which what calls copy is
 * added; nothing recurses.
 */
final class Unpickler {
    /** Larger pickles are refused; the largest ConvNeXt's has 60 kB. */
    static final long MAX_BYTES = 64L << 20;

    /** Longer pickles are refused; a training checkpoint of the largest ConvNeXt has 60,000 opcodes. */
    static final int MAX_OPCODES = 1_000_000;

    private static final int MAX_PROTOCOL = 5;

    /** How many names of other packages are kept for the user. */
    private static final int MAX_FOREIGN = 10;

    /** The opcodes of protocols 0 and 1 that torch.save never writes, and out-of-band buffers. */
    private static final Set<Integer> UNUSED =
            Set.of((int) 'I', (int) 'L', (int) 'F', (int) 'S', (int) 'V', (int) 'P', (int) 'i', (int) 'o', 0x97, 0x98);

    private final Path path;
    private final PickleInput in;
    private final PickleStack stack;
    private final Map<String, TorchStorage> storages = new HashMap<>();
    private final Set<String> foreign = new LinkedHashSet<>();
    private int opcodes;

    Unpickler(Path path, FileRange bytes) {
        this.path = path;
        this.in = new PickleInput(path, bytes);
        this.stack = new PickleStack(in);
    }

    /** Every storage that was referred to, by key. */
    Map<String, TorchStorage> storages() {
        return storages;
    }

    /** The first names of packages that nobody expects beside weights; what they stand for was left out. */
    Set<String> foreignNames() {
        return foreign;
    }

    /** Where the next pickle starts. */
    long position() {
        return in.position();
    }

    /** Reads one pickle, from here to its STOP. */
    Object read() {
        stack.clear();
        while (true) {
            charge(1);
            int opcode = in.u8();
            if (opcode == '.') {
                return stack.pop();
            }
            try {
                if (!scalar(opcode) && !container(opcode) && !memory(opcode)) {
                    object(opcode);
                }
            } catch (IllegalArgumentException e) {
                throw new CheckpointException(path, "its pickle is damaged or hostile: " + e.getMessage(), e);
            }
        }
    }

    /** Counts work that takes memory. */
    private void charge(int count) {
        opcodes += count;
        if (opcodes > MAX_OPCODES || in.position() > MAX_BYTES) {
            throw in.fail("it has more than " + MAX_OPCODES + " opcodes or " + MAX_BYTES + " bytes");
        }
    }

    /** Opcodes that push one value of their own. */
    private boolean scalar(int opcode) {
        switch (opcode) {
            case 'N' -> stack.push(PickleOpaque.NONE);
            case 0x88 -> stack.push(true);
            case 0x89 -> stack.push(false);
            case 'J' -> stack.push((long) in.i32());
            case 'K' -> stack.push((long) in.u8());
            case 'M' -> stack.push((long) in.u16());
            case 0x8a -> stack.push(in.integer(in.u8()));
            case 0x8b -> stack.push(in.integer(in.u32()));
            case 'G' -> stack.push(in.f64());
            case 'X' -> stack.push(in.utf8(in.u32()));
            case 0x8c -> stack.push(in.utf8(in.u8()));
            case 0x8d -> stack.push(in.utf8(in.u64()));
            case 'T' -> stack.push(in.latin1(in.u32()));
            case 'U' -> stack.push(in.latin1(in.u8()));
            case 'B' -> stack.push(in.blob(in.u32()));
            case 'C' -> stack.push(in.blob(in.u8()));
            case 0x8e, 0x96 -> stack.push(in.blob(in.u64()));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Opcodes that make or fill tuples, lists, dicts and sets. */
    private boolean container(int opcode) {
        switch (opcode) {
            case ')' -> stack.push(new PickleTuple(List.of()));
            case 0x85 -> stack.tuple(1);
            case 0x86 -> stack.tuple(2);
            case 0x87 -> stack.tuple(3);
            case 't' -> stack.push(new PickleTuple(List.copyOf(stack.popMark())));
            case ']' -> stack.push(new PickleTuple(new ArrayList<>()));
            case 'l' -> stack.push(new PickleTuple(stack.popMark()));
            case 'a' -> stack.append(List.of(stack.pop()));
            case 'e', 0x90 -> stack.append(stack.popMark());
            case '}' -> stack.push(new PickleDict());
            case 'd' -> {
                List<Object> items = stack.popMark();
                stack.push(new PickleDict());
                stack.setItems(items);
            }
            case 's' -> {
                Object value = stack.pop();
                stack.setItems(List.of(stack.pop(), value));
            }
            case 'u' -> stack.setItems(stack.popMark());
            case 0x8f -> stack.push(new PickleOpaque());
            case 0x91 -> {
                stack.popMark();
                stack.push(new PickleOpaque());
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Opcodes of the stack and the memo. */
    private boolean memory(int opcode) {
        switch (opcode) {
            case '(' -> stack.mark();
            case '0' -> stack.pop();
            case '1' -> stack.popMark();
            case '2' -> stack.push(stack.top());
            case 'q' -> stack.remember(in.u8());
            case 'r' -> stack.remember(in.u32());
            case 0x94 -> stack.remember();
            case 'h' -> stack.recall(in.u8());
            case 'j' -> stack.recall(in.u32());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Opcodes that name or make objects, and the frame of the pickle itself. */
    private void object(int opcode) {
        switch (opcode) {
            case 0x80 -> {
                int protocol = in.u8();
                if (protocol > MAX_PROTOCOL) {
                    throw in.fail("the unknown protocol " + protocol);
                }
            }
            case 0x95 -> in.u64();
            case 'c' -> {
                String module = in.line();
                stack.push(global(module, in.line()));
            }
            case 0x93 -> {
                String name = stack.pop(String.class);
                stack.push(global(stack.pop(String.class), name));
            }
            case 'R' -> reduce();
            case 0x81 -> {
                stack.pop(PickleTuple.class);
                instance();
            }
            case 0x92 -> {
                stack.pop(PickleDict.class);
                stack.pop(PickleTuple.class);
                instance();
            }
            case 'b' -> {
                stack.pop();
                stack.top();
            }
            case 'Q' -> stack.push(storage(stack.pop(PickleTuple.class).items()));
            default ->
                throw in.fail(
                        UNUSED.contains(opcode)
                                ? String.format("the opcode 0x%02x, which torch.save does not write,", opcode)
                                : String.format("the unknown opcode 0x%02x", opcode));
        }
    }

    private void reduce() {
        List<Object> args = stack.pop(PickleTuple.class).items();
        Object callee = stack.pop();
        if (callee instanceof TorchGlobal global) {
            charge(global.copies(args));
            stack.push(global.call(args));
        } else {
            throw in.fail("a call of something that is no function");
        }
    }

    /** NEWOBJ: only opaque classes and dicts are made this way, and none looks at its arguments. */
    private void instance() {
        TorchGlobal type = stack.pop(TorchGlobal.class);
        switch (type.kind()) {
            case OPAQUE -> stack.push(new PickleOpaque());
            case ORDERED_DICT, DEFAULT_DICT -> stack.push(new PickleDict());
            default -> throw in.fail("an instance of " + type.name());
        }
    }

    private TorchGlobal global(String module, String name) {
        TorchGlobal global = TorchGlobal.of(module, name)
                .orElseThrow(() -> new CheckpointException(
                        path,
                        "its pickle names " + Names.cut(module + "." + name)
                                + ", which is not on the list of what weights need; nothing was run. If you trust the"
                                + " file, load it in PyTorch and save only model.state_dict(), best as safetensors"));
        if (global.isForeign() && foreign.size() < MAX_FOREIGN) {
            foreign.add(global.name());
        }
        return global;
    }

    /**
     * ("storage", type, key, location, elements[, view]), where a view is (key, offset, elements); opaque if the type is
     * not known.
     */
    private Object storage(List<Object> id) {
        if (id.size() < 5
                || !"storage".equals(id.get(0))
                || !(id.get(1) instanceof TorchGlobal type)
                || !(id.get(2) instanceof String key)
                || !(id.get(4) instanceof Long elements)) {
            throw in.fail("a reference to something that is no storage");
        }
        if (type.kind() == TorchGlobal.Kind.OPAQUE) {
            return new PickleOpaque();
        }
        @Nullable DType dtype = type.dtype();
        if (dtype == null || type.kind() != TorchGlobal.Kind.STORAGE) {
            throw in.fail("a storage of the type " + type.name());
        }
        long viewOffset = 0;
        if (id.size() > 5 && id.get(5) instanceof PickleTuple reference) {
            List<Object> view = reference.items();
            if (view.size() != 3 || !(view.get(1) instanceof Long offset)) {
                throw in.fail("a storage with an unknown kind of view");
            }
            viewOffset = offset;
        }
        TorchStorage storage = new TorchStorage(key, dtype, elements, viewOffset);
        storages.putIfAbsent(storage.key(), storage);
        return storage;
    }
}

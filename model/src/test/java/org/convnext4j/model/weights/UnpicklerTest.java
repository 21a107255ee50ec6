package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnpicklerTest {
    private static Unpickler unpickler(byte[] pickle) {
        CheckpointFile file = CheckpointFile.of(Path.of("test.pth"), MemorySegment.ofArray(pickle));
        return new Unpickler(file.path(), file.all());
    }

    private static Object read(byte[] pickle) {
        return unpickler(pickle).read();
    }

    private static void assertHostile(PickleBytes pickle, String... parts) {
        assertRefused(() -> read(pickle.stop()), parts);
    }

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "builtins, eval",
        "__builtin__, exec",
        "subprocess, Popen",
        "torch, load",
        "collections, OrderedDict.fromkeys",
        "torch._utils, FloatStorage",
        "argparse, Namespace.__init__"
    })
    void globalsOffTheListAreNamedAndNeverRun(String module, String name) {
        assertHostile(
                new PickleBytes().global(module, name).text("touch /tmp/x").op(0x85, 'R'),
                "test.pth: ",
                module + "." + name,
                "nothing was run");
        assertHostile(
                new PickleBytes().text(module).text(name).op(0x93, ')', 'R'), module + "." + name, "nothing was run");
    }

    @ParameterizedTest
    @ValueSource(strings = {"i", "o", "I", "L", "F", "S", "V", "P"})
    void opcodesOfOldProtocolsAreRefused(String opcode) {
        assertHostile(new PickleBytes().op('(').op(opcode.charAt(0)).op('o', 's', '\n'), "opcode");
    }

    @Test
    void values() {
        PickleBytes pickle = new PickleBytes()
                .op('(', 'K', 200)
                .op('M', 0, 1)
                .integer(-7)
                .op(0x8a, 2, 0xff, 0x7f)
                .op(0x8a, 0)
                .op(0x88, 0x89, 'N')
                .text("\u00e9")
                .op('U', 1, 'x')
                .op('G', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0)
                .op('t');
        List<Object> items =
                assertInstanceOf(PickleTuple.class, read(pickle.stop())).items();
        assertEquals(List.of(200L, 256L, -7L, 32767L, 0L, true, false, PickleOpaque.NONE, "\u00e9", "x", 1.5), items);
    }

    @Test
    void deepNestingNeedsNoStack() {
        PickleBytes tuples = new PickleBytes().op(')');
        for (int i = 0; i < 400_000; i++) {
            tuples.op(0x85);
        }
        assertInstanceOf(PickleTuple.class, read(tuples.stop()));
        PickleBytes marks = new PickleBytes();
        for (int i = 0; i < 400_000; i++) {
            marks.op('(');
        }
        assertHostile(marks, "an empty stack");
        PickleBytes keys = new PickleBytes().op('}', ')');
        for (int i = 0; i < 100_000; i++) {
            keys.op(0x85);
        }
        assertInstanceOf(PickleDict.class, read(keys.op('N', 's').stop()));
    }

    @Test
    void bombsEndInAnError() {
        PickleBytes opcodes = new PickleBytes().op('N');
        for (int i = 0; i < 1_000_001; i++) {
            opcodes.op('2');
        }
        assertHostile(opcodes, "more than 1000000 opcodes");
        PickleBytes memo = new PickleBytes().op(')');
        for (int i = 0; i < 500_001; i++) {
            memo.op('r').u32(i).op('2');
        }
        assertHostile(memo, "more than 1000000 opcodes");
        PickleBytes laughs = new PickleBytes().op(']', 'q', 0);
        for (int i = 0; i < 200; i++) {
            laughs.op(']', '(', 'h', i % 256, 'h', i % 256, 'e', 'q', (i + 1) % 256);
        }
        assertInstanceOf(PickleTuple.class, read(laughs.stop()));
    }

    /** A list of pairs from the memo, made a dict again and again: each call of a few bytes copies them all. */
    @Test
    void copiesOfACallCountAsWork() {
        PickleBytes bomb = new PickleBytes().op(']', 'q', 0, '(');
        for (int i = 0; i < 100_000; i++) {
            bomb.text("k" + i).op('N', 0x86);
        }
        bomb.op('e', '(');
        for (int i = 0; i < 20; i++) {
            bomb.global("collections", "OrderedDict").op('h', 0, 0x85, 'R');
        }
        assertHostile(bomb.op('l'), "more than 1000000 opcodes");
    }

    /** References to storages whose hashes are all the same, and strings and numbers likewise. */
    @Test
    void keysThatCollideCostNoMoreThanOthers() {
        PickleBytes bomb = new PickleBytes().op('}', '(');
        for (int i = 0; i < 20_000; i++) {
            bomb.op('(')
                    .text("storage")
                    .global("torch", "FloatStorage")
                    .text("0")
                    .text("cpu");
            bomb.op(0x8a, 8).u32(i).u32(i).op('t', 'Q', 'N');
            bomb.op(0x8a, 8).u32(i).u32(i).op('N');
            StringBuilder key = new StringBuilder();
            for (int bit = 0; bit < 15; bit++) {
                key.append(((i >> bit) & 1) == 0 ? "Aa" : "BB");
            }
            bomb.text(key.toString()).op('N');
        }
        byte[] bytes = bomb.op('u').stop();
        PickleDict dict = assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertInstanceOf(PickleDict.class, read(bytes)));
        assertEquals(20_000, dict.items().size());
    }

    @ParameterizedTest
    @CsvSource({
        "collections, Counter",
        "collections, deque",
        "builtins, complex",
        "__builtin__, set",
        "datetime, datetime",
        "argparse, Namespace",
        "torch, device",
        "torch, float8_e4m3fn",
        "torch, uint16",
        "torch, qint8",
        "numpy.core.multiarray, scalar",
        "numpy._core.multiarray, _reconstruct",
        "numpy, float64",
        "numpy.dtypes, Float32DType",
        "torch._utils, _rebuild_sparse_tensor",
        "torch.serialization, _get_layout",
        "torch.optim.adamw, AdamW",
        "functools, partial",
        "pathlib, PosixPath",
        "decimal, Decimal"
    })
    void usualValuesAreOpaque(String module, String name) {
        Unpickler unpickler = unpickler(
                new PickleBytes().global(module, name).integer(1).op(0x85, 'R').stop());
        assertInstanceOf(PickleOpaque.class, unpickler.read());
        assertEquals(Set.of(), unpickler.foreignNames());
    }

    @Test
    void objectsOfOtherPackagesAreOpaqueAndNamed() {
        Unpickler unpickler = unpickler(new PickleBytes()
                .global("my.project", "Config")
                .op(')', 0x81, '}')
                .text("tensor")
                .op('N', 's', 'b')
                .stop());
        assertInstanceOf(PickleOpaque.class, unpickler.read());
        assertEquals(Set.of("my.project.Config"), unpickler.foreignNames());
    }

    @Test
    void defaultDictsAreDictsAndTensorsOfSubclassesAreTensors() {
        PickleBytes dict = new PickleBytes()
                .global("collections", "defaultdict")
                .global("builtins", "list")
                .op(0x85, 'R')
                .text("a")
                .global("torch._tensor", "_rebuild_from_type_v2")
                .op('(')
                .global("torch._utils", "_rebuild_tensor_v2")
                .global("my.project", "Weight")
                .op('(')
                .op('(')
                .text("storage")
                .global("torch", "FloatStorage")
                .text("0")
                .text("cpu")
                .integer(6)
                .op('t', 'Q')
                .integer(0)
                .integers(6)
                .integers(1)
                .op('t', '}', 't', 'R', 's');
        PickleDict read = assertInstanceOf(PickleDict.class, read(dict.stop()));
        assertInstanceOf(TorchTensor.class, read.get("a"));
    }

    @Test
    void hugeLengthsAreCheckedBeforeMemoryIsTaken() {
        assertHostile(new PickleBytes().op(0x8b).u32(0x7fffffff), "an integer of 2147483647 bytes");
        assertHostile(new PickleBytes().op(0x8b).u32(-1), "an integer of 4294967295 bytes");
        assertHostile(new PickleBytes().op(0x8a, 255), "an integer of 255 bytes");
        assertHostile(new PickleBytes().op('X').u32(-1), "ends within a value");
        assertHostile(new PickleBytes().op('B').u32(0x7fffffff), "ends within a value");
        assertHostile(new PickleBytes().op(0x8d).u32(-1).u32(-1), "a length of 18446744073709551615 bytes");
        assertHostile(new PickleBytes().op(0x8e).u32(-1).u32(0x7fffffff), "ends within a value");
        assertHostile(new PickleBytes().op('c').text("n".repeat(5000)), "a name of more than");
    }

    @Test
    void nonsenseIsRefused() {
        assertHostile(new PickleBytes(), "an empty stack");
        assertHostile(new PickleBytes().op('a'), "an empty stack");
        assertHostile(new PickleBytes().op('t'), "a missing mark");
        assertHostile(new PickleBytes().op('K', 1, '(', 0x85), "an empty stack");
        assertHostile(new PickleBytes().op('h', 3), "unknown memo entry 3");
        assertHostile(new PickleBytes().op('N', ')', 'R'), "no function");
        assertHostile(new PickleBytes().op('N', 'N', 'R'), "no PickleTuple");
        assertHostile(new PickleBytes().op(')', 'N', 'a'), "appends to a tuple");
        assertHostile(new PickleBytes().op('K', 1, 'N', 'a'), "no list");
        assertHostile(new PickleBytes().op('K', 1, 'N', 'N', 's'), "no dict");
        assertHostile(new PickleBytes().op('}', '(', 'N', 'u'), "a key without a value");
        assertHostile(new PickleBytes().op(0xff), "unknown opcode 0xff");
        assertHostile(new PickleBytes().op(0x80, 6), "unknown protocol 6");
        assertHostile(new PickleBytes().op('X').u32(1).op(0xff), "not UTF-8");
        assertHostile(new PickleBytes().op(')', 'Q'), "no storage");
        assertHostile(new PickleBytes().global("torch", "FloatStorage").op(')', 'R'), "by reference");
        assertHostile(new PickleBytes().global("torch", "FloatStorage").op(')', 0x81), "an instance of");
        assertHostile(
                new PickleBytes().global("torch._utils", "_rebuild_tensor_v2").op(')', 'R'),
                "torch._utils._rebuild_tensor_v2 needs a TorchStorage");
        assertRefused(() -> read(new byte[0]), "ends within a value");
    }
}

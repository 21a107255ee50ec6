package org.convnext4j.model.weights;

import static org.convnext4j.model.weights.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.convnext4j.engine.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {
    private static final byte[] SIX = TorchBytes.floats(ByteOrder.LITTLE_ENDIAN, 0, 1, 2, 3, 4, 5);

    @TempDir
    private Path folder;

    private Path write(byte[] bytes) {
        return SafetensorsBytes.write(folder.resolve("file.pth"), bytes);
    }

    private static PickleBytes dict() {
        return new PickleBytes().op('}').text("a");
    }

    private static byte[] one(int elements, int offset, int[] shape, int[] strides) {
        return dict().tensor("FloatStorage", "0", elements, offset, shape, strides)
                .op('s')
                .stop();
    }

    private float[] read(byte[] file) {
        try (TorchFile torch = TorchFile.open(write(file))) {
            TensorEntry entry = torch.entries().get(0);
            assertEquals("a", entry.name());
            return entry.data().toArray(Tensor.FLOAT);
        }
    }

    @Test
    void stridesAndOffsetsAreHonoured() {
        assertArrayEquals(
                new float[] {0, 3, 1, 4, 2, 5},
                read(TorchBytes.checkpoint(one(6, 0, new int[] {3, 2}, new int[] {1, 3}), "little", SIX)));
        assertArrayEquals(
                new float[] {3, 4, 5},
                read(TorchBytes.checkpoint(one(6, 3, new int[] {1, 3}, new int[] {77, 1}), "little", SIX)));
        assertArrayEquals(
                new float[] {1, 3, 5},
                read(TorchBytes.checkpoint(one(6, 1, new int[] {3}, new int[] {2}), "little", SIX)));
        assertArrayEquals(
                new float[] {2, 2},
                read(TorchBytes.checkpoint(one(6, 2, new int[] {2}, new int[] {0}), "little", SIX)));
        assertArrayEquals(
                new float[] {2, 2, 2, 2, 2, 2, 2, 2},
                read(TorchBytes.checkpoint(one(6, 2, new int[] {8}, new int[] {0}), "little", SIX)));
        assertArrayEquals(
                new float[] {},
                read(TorchBytes.checkpoint(one(6, 0, new int[] {0, 2}, new int[] {2, 1}), "little", SIX)));
    }

    @Test
    void bigEndianBytesAreTurned() {
        byte[] storage = TorchBytes.floats(ByteOrder.BIG_ENDIAN, 1.5f, -2.25f);
        byte[] pickle = one(2, 0, new int[] {2}, new int[] {1});
        assertArrayEquals(new float[] {1.5f, -2.25f}, read(TorchBytes.checkpoint(pickle, "big", storage)));
        assertRefused(
                () -> Checkpoint.open(write(TorchBytes.checkpoint(pickle, "middle", storage))), "byte order middle");
    }

    @Test
    void tensorsOutsideTheirStorageAreRefused() {
        int[][][] bad = {
            {{6, 1}, {6}, {1}},
            {{6, 0}, {7}, {1}},
            {{7, 0}, {6}, {1}},
            {{6, 0}, {2, 2}, {5, 1}},
            {{6, -1}, {6}, {1}},
            {{6, 0}, {-6}, {1}},
            {{6, 5}, {6}, {-1}},
            {{6, 0}, {6}, {1, 1}},
            {{6, 0}, {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE}, {0, 0, 0}},
            {
                {6, 0},
                {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE},
                {Integer.MAX_VALUE, Integer.MAX_VALUE, 1}
            },
        };
        for (int[][] c : bad) {
            byte[] file = TorchBytes.checkpoint(one(c[0][0], c[0][1], c[1], c[2]), "little", SIX);
            assertRefused(() -> Checkpoint.open(write(file)), "tensor a ");
        }
        byte[] lost = TorchBytes.checkpoint(one(6, 0, new int[] {6}, new int[] {1}), "little");
        assertRefused(() -> Checkpoint.open(write(lost)), "which the file lacks");
    }

    @Test
    void copiesStayWithinTheFilesSize() {
        PickleBytes pickle = new PickleBytes().op('}', '(');
        byte[] storage = new byte[1 << 20];
        int side = 512;
        for (int i = 0; i < 50; i++) {
            pickle.text("t" + i)
                    .tensor("FloatStorage", "0", side * side, 0, new int[] {side, side}, new int[] {1, side});
        }
        byte[] file = TorchBytes.checkpoint(pickle.op('u').stop(), "little", storage);
        assertRefused(() -> Checkpoint.open(write(file)), "larger than the file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "state_dict", "module", "model_ema"})
    void wrappersAreLookedThrough(String wrapper) {
        byte[] pickle = new PickleBytes()
                .op('}', '(')
                .text("epoch")
                .integer(3)
                .text("args")
                .global("argparse", "Namespace")
                .op(')', 0x81, '}')
                .text("lr")
                .op('G', 0, 0, 0, 0, 0, 0, 0, 0)
                .op('s', 'b')
                .text("optimizer")
                .op('}', '(')
                .text("state")
                .op('}', '(', 'K', 0)
                .tensor("FloatStorage", "0", 6, 0, new int[] {6}, new int[] {1})
                .op('u', 'u')
                .text(wrapper)
                .global("collections", "OrderedDict")
                .op(')', 'R')
                .text("a")
                .global("torch._utils", "_rebuild_parameter")
                .op('(')
                .tensor("FloatStorage", "0", 6, 4, new int[] {2}, new int[] {1})
                .op(0x88, '}', 't', 'R', 's', '}')
                .text("_metadata")
                .op('}', 's', 'b', 'u')
                .stop();
        assertArrayEquals(new float[] {4, 5}, read(TorchBytes.checkpoint(pickle, "little", SIX)));
    }

    @Test
    void handMadeFilesOfBothKindsHoldTheSmallModel() {
        for (byte[] bytes : List.of(TorchBytes.smallZip(), TorchBytes.smallLegacy())) {
            assertSmall(bytes);
        }
    }

    @Test
    void legacyFilesOfAnyProtocolAreRead() {
        byte[] two = TorchBytes.smallLegacy();
        for (int protocol = 2; protocol <= 5; protocol++) {
            byte[] legacy = two.clone();
            legacy[1] = (byte) protocol;
            assertSmall(legacy);
        }
        // From protocol 4 on each pickle is in a frame.
        byte[] framed = new byte[two.length + 9];
        System.arraycopy(new byte[] {(byte) 0x80, 4, (byte) 0x95, 13}, 0, framed, 0, 4);
        System.arraycopy(two, 2, framed, 11, two.length - 2);
        assertSmall(framed);
    }

    private void assertSmall(byte[] file) {
        try (ConvNeXtCheckpoint checkpoint = ConvNeXtCheckpoint.read(write(file))) {
            assertEquals(Toy.formulaBits(Toy.SMALL), Toy.bits(checkpoint.weights()));
        }
    }

    @Test
    void tiedAndExpandedTensorsAreReadWithinProportion() {
        Map<String, float[]> expected = new LinkedHashMap<>();
        expected.put("a", new float[] {0, 1, 2, 3, 4, 5});
        expected.put("b", new float[] {2, 3, 4});
        expected.put("c", new float[] {5, 5, 5, 5});
        PickleBytes pickle = new PickleBytes().op('}', '(');
        pickle.text("a").tensor("FloatStorage", "0", 6, 0, new int[] {6}, new int[] {1});
        pickle.text("b").tensor("FloatStorage", "0", 6, 2, new int[] {3}, new int[] {1});
        pickle.text("c").tensor("FloatStorage", "0", 6, 5, new int[] {4}, new int[] {0});
        try (TorchFile torch =
                TorchFile.open(write(TorchBytes.checkpoint(pickle.op('u').stop(), "little", SIX)))) {
            for (TensorEntry entry : torch.entries()) {
                assertArrayEquals(expected.get(entry.name()), entry.data().toArray(Tensor.FLOAT));
            }
        }
        byte[] huge = TorchBytes.checkpoint(one(6, 0, new int[] {1 << 28}, new int[] {0}), "little", SIX);
        assertRefused(() -> Checkpoint.open(write(huge)), "tensor a repeats elements", "larger than the file");
    }

    @Test
    void badZipsAreRefused() {
        byte[] pickle = one(6, 0, new int[] {6}, new int[] {1});
        byte[] bomb = TorchBytes.zip(Map.of("a/data.pkl", new byte[50 << 20]), true);
        assertRefused(() -> Checkpoint.open(write(bomb)), "a/data.pkl is compressed");
        byte[] two = TorchBytes.zip(Map.of("a/data.pkl", pickle, "b/data.pkl", pickle), false);
        assertRefused(() -> Checkpoint.open(write(two)), "2 data.pkl");
        byte[] none = TorchBytes.zip(Map.of("a/model.json", new byte[3]), false);
        assertRefused(() -> Checkpoint.open(write(none)), "0 data.pkl");
        byte[] good = TorchBytes.checkpoint(pickle, "little", SIX);
        for (int length = 4; length < good.length; length += 7) {
            byte[] part = Arrays.copyOf(good, length);
            assertRefused(() -> Checkpoint.open(write(part)), "cut short");
        }
    }

    @Test
    void everyTruncationOfALegacyFileIsRefused() {
        byte[] good = TorchBytes.smallLegacy();
        for (int length = 1; length < good.length; length += 113) {
            byte[] part = Arrays.copyOf(good, length);
            assertRefused(() -> Checkpoint.open(write(part)));
        }
    }

    @Test
    void filesWithoutTensorsAreRefused() {
        byte[] empty = TorchBytes.checkpoint(new PickleBytes().op('}').stop(), "little");
        assertRefused(() -> Checkpoint.open(write(empty)), "holds no tensors");
        byte[] list = TorchBytes.checkpoint(new PickleBytes().op(']').stop(), "little");
        assertRefused(() -> Checkpoint.open(write(list)), "no dict of tensors");
    }

    @Test
    void typesBesideUntypedBytesAreHonoured() {
        byte[] floats = dict().typedTensor("float32", "0", 24, new int[] {2, 3}, new int[] {3, 1})
                .op('s')
                .stop();
        assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, read(TorchBytes.checkpoint(floats, "little", SIX)));
        byte[] tooMany = dict().typedTensor("float32", "0", 24, new int[] {7}, new int[] {1})
                .op('s')
                .stop();
        assertRefused(() -> Checkpoint.open(write(TorchBytes.checkpoint(tooMany, "little", SIX))), "tensor a ");
        byte[] shorts = dict().typedTensor("uint16", "0", 24, new int[] {12}, new int[] {1})
                .op('s')
                .stop();
        try (TorchFile torch = TorchFile.open(write(TorchBytes.checkpoint(shorts, "little", SIX)))) {
            assertEquals(DType.U16, torch.entries().get(0).dtype());
        }
    }

    /** Those known here are entries of a type that cannot be loaded, the others are left out; neither stops the reading. */
    @ParameterizedTest
    @CsvSource({
        "ComplexFloatStorage, C64",
        "ComplexDoubleStorage, C128",
        "QInt8Storage, QI8",
        "QUInt8Storage, QU8",
        "QInt32Storage, QI32",
        "Float8_e4m3fnStorage, F8_E4M3",
        "Float8_e5m2fnuzStorage, F8_E5M2FNUZ",
        "UntypedStorage, U8",
        "QUInt4x2Storage,",
        "Float3_of_tomorrowStorage,"
    })
    void tensorsOfOtherTypesMayLieBesideTheWeights(String storage, @Nullable DType dtype) {
        PickleBytes pickle = new PickleBytes().op('}', '(');
        pickle.text("a").tensor("FloatStorage", "0", 6, 0, new int[] {6}, new int[] {1});
        pickle.text("b").tensor(storage, "0", 1, 0, new int[] {1}, new int[] {1});
        byte[] file = TorchBytes.checkpoint(pickle.op('u').stop(), "little", SIX);
        try (TorchFile torch = TorchFile.open(write(file))) {
            assertEquals("a", torch.entries().get(0).name());
            assertEquals(dtype == null ? 1 : 2, torch.entries().size());
            if (dtype != null) {
                assertEquals(dtype, torch.entries().get(1).dtype());
            }
        }
    }

    @Test
    void aWeightOfAnotherTypeIsNamedWithIt() {
        assertRefused(
                () -> ConvNeXtCheckpoint.read(write(TorchBytes.smallZip("QInt32Storage"))),
                "downsample_layers.0.0.weight is of type QI32, not F32");
    }

    @Test
    void otherTypesAreReadAsBytes() {
        byte[] pickle = dict().tensor("ByteStorage", "0", 24, 1, new int[] {2}, new int[] {1})
                .op('s')
                .stop();
        try (TorchFile torch = TorchFile.open(write(TorchBytes.checkpoint(pickle, "little", SIX)))) {
            assertEquals(DType.U8, torch.entries().get(0).dtype());
            assertEquals(SIX[2], torch.entries().get(0).data().get(ValueLayout.JAVA_BYTE, 1));
        }
    }
}

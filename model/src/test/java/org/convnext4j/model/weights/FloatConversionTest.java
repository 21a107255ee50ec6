package org.convnext4j.model.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.math.BigDecimal;
import java.util.Random;
import org.convnext4j.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

class FloatConversionTest {
    @Test
    void everyBFloat16SurvivesTheWayThere() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Float.intBitsToFloat(bits << 16);
            short back = FloatConversion.toBFloat16(value);
            if (Float.isNaN(value)) {
                assertTrue(Float.isNaN(Float.intBitsToFloat(back << 16)));
            } else {
                assertEquals((short) bits, back);
            }
        }
    }

    @Test
    void bFloat16IsTheNearestAndTiesAreEven() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            int bits = random.nextInt();
            if (i % 3 == 0) {
                bits = (bits & 0xffff0000) | 0x8000; // a tie
            }
            float value = Float.intBitsToFloat(bits);
            int below = bits & 0xffff0000;
            int above = below + 0x10000;
            if (!Float.isFinite(value) || !Float.isFinite(Float.intBitsToFloat(above))) {
                continue;
            }
            BigDecimal exact = new BigDecimal(value);
            int order = exact.subtract(new BigDecimal(Float.intBitsToFloat(below)))
                    .abs()
                    .compareTo(exact.subtract(new BigDecimal(Float.intBitsToFloat(above)))
                            .abs());
            boolean isBelowEven = (below >>> 16) % 2 == 0;
            int expected = order < 0 || (order == 0 && isBelowEven) ? below : above;
            assertEquals(expected >>> 16, Short.toUnsignedInt(FloatConversion.toBFloat16(value)));
        }
    }

    @Test
    void nanOfLowBitsOnlyStaysNaN() {
        short nan = FloatConversion.toBFloat16(Float.intBitsToFloat(0x7f800001));
        assertTrue(Float.isNaN(Float.intBitsToFloat(nan << 16)));
    }

    @Test
    void overflowIsReportedButInfinityIsNot() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor values = Tensor.of(arena, new float[] {1, Float.POSITIVE_INFINITY, 65519, 65520, 1e9f}, 5);
            assertEquals(3, FloatConversion.ofFloat32(values.data(), DType.F16, arena.allocate(10)));
            Tensor largest = Tensor.of(arena, new float[] {Float.NaN, Float.MAX_VALUE}, 2);
            assertEquals(1, FloatConversion.ofFloat32(largest.data(), DType.BF16, arena.allocate(4)));
        }
    }

    @Test
    void theFirstNonFiniteIsFound() {
        try (Arena arena = Arena.ofConfined()) {
            Tensor tensor = Tensor.allocate(arena, 50_000);
            assertEquals(-1, FloatConversion.firstNonFinite(tensor));
            tensor.set(49_999, Float.NEGATIVE_INFINITY);
            assertEquals(49_999, FloatConversion.firstNonFinite(tensor));
            tensor.set(20_000, Float.NaN);
            tensor.set(3, -Float.MAX_VALUE);
            assertEquals(20_000, FloatConversion.firstNonFinite(tensor));
        }
    }
}

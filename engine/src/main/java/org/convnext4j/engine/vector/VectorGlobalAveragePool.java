package org.convnext4j.engine.vector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.convnext4j.engine.vector.Lanes.LANES;
import static org.convnext4j.engine.vector.Lanes.SPECIES;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.convnext4j.engine.kernel.GlobalAveragePool;

/** The mean over the pixels, one vector of channels at a time, its pixels added in order. */
final class VectorGlobalAveragePool implements GlobalAveragePool {
    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void forward(int pixels, int channels, MemorySegment x, long xBytes, MemorySegment y, long yBytes) {
        GlobalAveragePool.checkForward(pixels, channels, x, xBytes, y, yBytes);
        long from = Memory.address(x, xBytes, (long) pixels * channels);
        long to = Memory.writable(y, yBytes, channels);
        int whole = Lanes.wholeVectors(channels);
        for (int c = 0; c < whole; c += LANES) {
            column(pixels, channels, from + (long) c * Float.BYTES, to + (long) c * Float.BYTES);
        }
        if (whole < channels) {
            long at = (long) whole * Float.BYTES;
            maskedColumn(pixels, channels, channels - whole, from + at, to + at);
        }
    }

    private static void column(int pixels, int channels, long x, long y) {
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int p = 0; p < pixels; p++) {
            long at = Memory.at(x + (long) p * channels * Float.BYTES);
            sum = FloatVector.fromMemorySegment(SPECIES, Memory.ALL, at, LITTLE_ENDIAN)
                    .add(sum);
        }
        FloatVector.broadcast(SPECIES, 1f / pixels).mul(sum).intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN);
    }

    private static void maskedColumn(int pixels, int channels, int used, long x, long y) {
        VectorMask<Float> mask = SPECIES.indexInRange(0, used);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int p = 0; p < pixels; p++) {
            sum = FloatVector.fromMemorySegment(
                            SPECIES, Memory.ALL, x + (long) p * channels * Float.BYTES, LITTLE_ENDIAN, mask)
                    .add(sum);
        }
        FloatVector.broadcast(SPECIES, 1f / pixels).mul(sum).intoMemorySegment(Memory.ALL, y, LITTLE_ENDIAN, mask);
    }
}

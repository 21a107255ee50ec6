package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Operands;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The gradients of the maximum over all pixels of a map, channel by channel, and of the half of mean and maximum together.
 * The maximum's gradient goes to the first pixel that has it, as PyTorch's adaptive pooling has it; a NaN counts as a
 * maximum there, and so the last one takes all. There is one implementation: a network does this once, on its smallest map.
 */
public final class GlobalMaxPoolGradient {
    private GlobalMaxPoolGradient() {}

    /**
     * {@code gradX[p][c] = gradY[c]} at the first maximal pixel p of channel c, and 0 at all others.
     *
     * @param pixels H W
     * @param channels C
     * @param x (H W, C), the input of the forward pass
     * @param xBytes offset of pixel 0
     * @param gradY (C)
     * @param gradYBytes offset of channel 0
     * @param gradX (H W, C); other memory than x
     * @param gradXBytes offset of pixel 0
     * @throws IndexOutOfBoundsException if a count is negative or an operand is not within its segment
     */
    public static void backward(
            int pixels,
            int channels,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes,
            MemorySegment gradX,
            long gradXBytes) {
        check(pixels, channels, x, xBytes, gradY, gradYBytes, gradX, gradXBytes);
        if (pixels == 0) {
            return;
        }
        gradX.asSlice(gradXBytes, Operands.floats(pixels, channels) * Float.BYTES)
                .fill((byte) 0);
        for (int c = 0; c < channels; c++) {
            float g = gradY.get(Tensor.FLOAT, gradYBytes + (long) c * Float.BYTES);
            gradX.set(Tensor.FLOAT, gradXBytes + first(pixels, channels, x, xBytes, c), g);
        }
    }

    /**
     * The gradient of {@code (mean + maximum) / 2}: {@code gradX[p][c] = gradY[c] / (2 pixels)}, and {@code gradY[c] / 2}
     * more at the first maximal pixel.
     *
     * @param pixels H W
     * @param channels C
     * @param x (H W, C), the input of the forward pass
     * @param xBytes offset of pixel 0
     * @param gradY (C)
     * @param gradYBytes offset of channel 0
     * @param gradX (H W, C); other memory than x
     * @param gradXBytes offset of pixel 0
     * @throws IndexOutOfBoundsException if a count is negative or an operand is not within its segment
     */
    public static void meanAndMaxBackward(
            int pixels,
            int channels,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes,
            MemorySegment gradX,
            long gradXBytes) {
        check(pixels, channels, x, xBytes, gradY, gradYBytes, gradX, gradXBytes);
        if (pixels == 0) {
            return;
        }
        GlobalAveragePoolGradient.backward(pixels, channels, gradY, gradYBytes, gradX, gradXBytes);
        for (long i = 0; i < Operands.floats(pixels, channels); i++) {
            long at = gradXBytes + i * Float.BYTES;
            gradX.set(Tensor.FLOAT, at, 0.5f * gradX.get(Tensor.FLOAT, at));
        }
        for (int c = 0; c < channels; c++) {
            float g = gradY.get(Tensor.FLOAT, gradYBytes + (long) c * Float.BYTES);
            long at = gradXBytes + first(pixels, channels, x, xBytes, c);
            gradX.set(Tensor.FLOAT, at, gradX.get(Tensor.FLOAT, at) + 0.5f * g);
        }
    }

    private static void check(
            int pixels,
            int channels,
            MemorySegment x,
            long xBytes,
            MemorySegment gradY,
            long gradYBytes,
            MemorySegment gradX,
            long gradXBytes) {
        Operands.input("x", x, xBytes, Operands.floats(pixels, channels));
        Operands.input("gradY", gradY, gradYBytes, channels);
        Operands.output("gradX", gradX, gradXBytes, Operands.floats(pixels, channels));
    }

    /** Bytes from pixel 0, channel 0 to the first maximum of a channel. */
    private static long first(int pixels, int channels, MemorySegment x, long xBytes, int channel) {
        long pixelBytes = (long) channels * Float.BYTES;
        long best = (long) channel * Float.BYTES;
        float maximum = x.get(Tensor.FLOAT, xBytes + best);
        for (long pixel = 1; pixel < pixels; pixel++) {
            long at = pixel * pixelBytes + (long) channel * Float.BYTES;
            float value = x.get(Tensor.FLOAT, xBytes + at);
            if (value > maximum || Float.isNaN(value)) {
                maximum = value;
                best = at;
            }
        }
        return best;
    }
}

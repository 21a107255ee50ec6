package org.convnext4j.engine.kernel.gradient;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Operands;
import org.convnext4j.engine.tensor.Tensor;

/**
 * The gradient of the mean over all pixels of a map. There is one implementation: all pixels have the same gradient, so
 * that the first is computed and the others are copies of it.
 */
public final class GlobalAveragePoolGradient {
    private GlobalAveragePoolGradient() {}

    /**
     * {@code gradX[pixel][c] = gradY[c] / pixels} for every pixel of one map.
     *
     * @param pixels H W
     * @param channels C
     * @param gradY (C)
     * @param gradYBytes offset of channel 0
     * @param gradX (H W, C)
     * @param gradXBytes offset of pixel 0
     */
    public static void backward(
            int pixels, int channels, MemorySegment gradY, long gradYBytes, MemorySegment gradX, long gradXBytes) {
        Operands.input("gradY", gradY, gradYBytes, channels);
        Operands.output("gradX", gradX, gradXBytes, Operands.floats(pixels, channels));
        if (pixels == 0) {
            return;
        }
        for (int c = 0; c < channels; c++) {
            long at = (long) c * Float.BYTES;
            gradX.set(Tensor.FLOAT, gradXBytes + at, gradY.get(Tensor.FLOAT, gradYBytes + at) / pixels);
        }
        long pixelBytes = (long) channels * Float.BYTES;
        for (int pixel = 1; pixel < pixels; pixel++) {
            MemorySegment.copy(gradX, gradXBytes, gradX, gradXBytes + pixel * pixelBytes, pixelBytes);
        }
    }
}

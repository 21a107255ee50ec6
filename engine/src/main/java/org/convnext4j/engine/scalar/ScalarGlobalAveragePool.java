package org.convnext4j.engine.scalar;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.GlobalAveragePool;

/** The mean over all pixels, summed in double. Stateless. */
public final class ScalarGlobalAveragePool implements GlobalAveragePool {
    /** Makes the kernel. */
    public ScalarGlobalAveragePool() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void forward(int pixels, int channels, MemorySegment x, long xBytes, MemorySegment y, long yBytes) {
        GlobalAveragePool.checkForward(pixels, channels, x, xBytes, y, yBytes);
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            for (int pixel = 0; pixel < pixels; pixel++) {
                sum += Floats.get(x, Floats.at(xBytes, (long) pixel * channels + c));
            }
            Floats.set(y, Floats.at(yBytes, c), sum / pixels);
        }
    }
}

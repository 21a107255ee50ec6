package org.convnext4j.model.run;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.kernel.Relu;
import org.convnext4j.model.layers.Activation;

/** A non-linearity on pixels that lie one after the other. */
interface Elementwise {
    /**
     * Computes some pixels.
     *
     * @param x (pixels, C)
     * @param y (pixels, C); may be {@code x} at the same offset
     */
    void forward(int pixels, int channels, MemorySegment x, long xBytes, MemorySegment y, long yBytes);

    /** On the engine's kernel. */
    static Elementwise of(Engine engine, Activation kind) {
        return switch (kind) {
            case RELU -> {
                Relu kernel = engine.roadmapKernels().relu();
                yield (pixels, channels, x, xBytes, y, yBytes) ->
                        kernel.forward(pixels, channels, x, xBytes, channels, y, yBytes, channels);
            }
            case GELU, GELU_TANH, SILU -> {
                org.convnext4j.engine.kernel.Activation kernel =
                        engine.kernels().activation(kind.kernel());
                yield (pixels, channels, x, xBytes, y, yBytes) ->
                        kernel.forward(pixels, channels, x, xBytes, channels, y, yBytes, channels);
            }
        };
    }

    /** As a step of its own. */
    default Step step() {
        return (pass, x, y) -> pass.rows(
                y,
                (row, rows, member) ->
                        forward(rows * x.width(), x.channels(), x.data(), x.rowBytes(row), y.data(), y.rowBytes(row)));
    }
}

package org.convnext4j.engine.plain;

import java.lang.foreign.MemorySegment;
import org.convnext4j.engine.kernel.Activation;
import org.convnext4j.engine.kernel.Gelu;

/**
 * GELU by the polynomial of the vector kernel, {@code max(x, 0) - g(|x|)}, in a loop over a row on the heap; see there
 * for how it was made. It is evaluated in double, which makes up for the fused operations of the vector kernel: those are
 * fast in Java only where the CPU has them.
 */
public final class PlainGelu implements Gelu {
    private static final float END = 5.35f;
    private static final float SCALE = 0.37383178f;

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public void forward(
            int rows,
            int columns,
            MemorySegment x,
            long xBytes,
            int xStride,
            MemorySegment y,
            long yBytes,
            int yStride) {
        Activation.checkForward(rows, columns, x, xBytes, xStride, y, yBytes, yStride);
        float[] row = Rows.take(0, columns);
        for (int r = 0; r < rows; r++) {
            Rows.read(x, xBytes + (long) r * xStride * Float.BYTES, row, columns);
            gelu(row, columns);
            Rows.write(row, columns, y, yBytes + (long) r * yStride * Float.BYTES);
        }
    }

    private static void gelu(float[] row, int columns) {
        for (int i = 0; i < columns; i++) {
            float x = row[i];
            float magnitude = Math.abs(x);
            double s = (double) Math.min(magnitude, END) * SCALE - 1;
            double g = 0.012020857f;
            g = g * s - 0.00328036f;
            g = g * s - 0.073996335f;
            g = g * s + 0.04908454f;
            g = g * s + 0.182215f;
            g = g * s - 0.22640829f;
            g = g * s - 0.15430202f;
            g = g * s + 0.4710407f;
            g = g * s - 0.23063965f;
            g = g * s - 0.3375681f;
            g = g * s + 0.60199213f;
            g = g * s - 0.32270154f;
            g = g * s - 0.12171822f;
            g = g * s + 0.30007645f;
            g = g * s - 0.20557676f;
            g = g * s + 0.06975657f;
            g = g * s - 0.00999507f;
            row[i] = (float) (0.5 * ((double) x + magnitude) + g);
        }
    }
}

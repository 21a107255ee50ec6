package org.convnext4j.model.image.jpeg;

/**
 * Gives a component's rows at the picture's size, by libjpeg-turbo's rules: for halved rows, columns or both, samples
 * are weighted 3 to 1 with the nearer neighbours; other ratios, and halved columns of at most two samples, are
 * replicated. Not thread-safe.
 */
final class Upsampler {
    private static final int LEAST_WIDTH = 3;

    private enum Method {
        COPY,
        COLUMNS,
        ROWS,
        BOTH,
        REPLICATE
    }

    private final Component component;
    private final int across;
    private final int down;
    private final Method method;
    private final int[] sums;

    /** For a component whose sampling factors divide the frame's. */
    Upsampler(Component component, FrameSize size) {
        this.component = component;
        this.across = size.maxHorizontal() / component.horizontal;
        this.down = size.maxVertical() / component.vertical;
        this.method = method();
        this.sums = new int[method == Method.BOTH ? component.width : 0];
    }

    private Method method() {
        boolean wide = component.width >= LEAST_WIDTH;
        if (across == 1 && down <= 2) {
            return down == 1 ? Method.COPY : Method.ROWS;
        }
        if (across == 2 && down <= 2 && wide) {
            return down == 1 ? Method.COLUMNS : Method.BOTH;
        }
        return Method.REPLICATE;
    }

    /** The samples that {@link #row} writes: at least the picture's width. */
    int rowSamples() {
        return component.width * across;
    }

    /** Writes row y of the picture. */
    void row(int y, byte[] out) {
        int row = y / down;
        int start = row * component.stride;
        switch (method) {
            case COPY -> System.arraycopy(component.plane, start, out, 0, component.width);
            case COLUMNS -> columns(start, out);
            case ROWS -> rows(start, neighbour(y, row), 1 + (y & 1), out);
            case BOTH -> both(start, neighbour(y, row), out);
            case REPLICATE -> replicate(start, out);
        }
    }

    /** Where the nearer of the rows above and below starts, or the row itself at the picture's edge. */
    private int neighbour(int y, int row) {
        int other = (y & 1) == 0 ? Math.max(0, row - 1) : Math.min(component.height - 1, row + 1);
        return other * component.stride;
    }

    private void columns(int start, byte[] out) {
        byte[] in = component.plane;
        int last = component.width - 1;
        int left = in[start] & 0xff;
        int here = left;
        for (int x = 0; x < last; x++) {
            int right = in[start + x + 1] & 0xff;
            out[2 * x] = (byte) ((3 * here + left + 1) >> 2);
            out[2 * x + 1] = (byte) ((3 * here + right + 2) >> 2);
            left = here;
            here = right;
        }
        out[2 * last] = (byte) ((3 * here + left + 1) >> 2);
        out[2 * last + 1] = (byte) here;
    }

    private void rows(int near, int far, int bias, byte[] out) {
        byte[] in = component.plane;
        for (int x = 0; x < component.width; x++) {
            out[x] = (byte) ((3 * (in[near + x] & 0xff) + (in[far + x] & 0xff) + bias) >> 2);
        }
    }

    private void both(int near, int far, byte[] out) {
        byte[] in = component.plane;
        for (int x = 0; x < sums.length; x++) {
            sums[x] = 3 * (in[near + x] & 0xff) + (in[far + x] & 0xff);
        }
        int last = sums.length - 1;
        int left = sums[0];
        int here = left;
        for (int x = 0; x < last; x++) {
            int right = sums[x + 1];
            out[2 * x] = (byte) ((3 * here + left + 8) >> 4);
            out[2 * x + 1] = (byte) ((3 * here + right + 7) >> 4);
            left = here;
            here = right;
        }
        out[2 * last] = (byte) ((3 * here + left + 8) >> 4);
        out[2 * last + 1] = (byte) ((4 * here + 7) >> 4);
    }

    private void replicate(int start, byte[] out) {
        byte[] in = component.plane;
        int to = 0;
        for (int x = 0; x < component.width; x++) {
            for (int i = 0; i < across; i++) {
                out[to++] = in[start + x];
            }
        }
    }
}

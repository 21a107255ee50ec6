package org.convnext4j.model.pass;

/** Sums of maps. */
final class Sums {
    private Sums() {}

    /** {@code y += x}. */
    static void add(PassContext context, BatchMap x, BatchMap y) {
        int c = x.channels();
        context.tiles(x.pixels(), (begin, end, member) -> {
            long at = x.pixelBytes(begin);
            context.gradients().rowOperations().scale(end - begin, c, 1, x.data(), at, c, true, y.data(), at, c);
        });
    }
}

package org.convnext4j.model.pass;

/**
 * A block in inference: {@code y = after(branch(x) + shortcut(x))}.
 *
 * @param branch what is computed beside the shortcut
 * @param shortcut without layers where x itself is added
 * @param relu whether a ReLU follows, done with the addition
 * @param after what else follows
 */
record ForwardResidual(ForwardSequence branch, ForwardSequence shortcut, boolean relu, ForwardSequence after)
        implements ForwardLayer {
    @Override
    public BatchMap forward(PassContext context, BatchMap x) {
        BatchMap sum = branch.forward(context, x, true);
        BatchMap other = shortcut.forward(context, x, true);
        if (relu) {
            addRelu(context, other, sum);
        } else {
            Sums.add(context, other, sum);
        }
        if (!other.isIn(x)) {
            context.memory().give(other);
        }
        return after.forward(context, sum, false);
    }

    /** {@code y = max(y + x, 0)}. */
    private static void addRelu(PassContext context, BatchMap x, BatchMap y) {
        int c = x.channels();
        context.tiles(x.pixels(), (begin, end, member) -> {
            long at = x.pixelBytes(begin);
            context.roadmap().relu().forwardSum(end - begin, c, y.data(), at, c, x.data(), at, c, y.data(), at, c);
        });
    }
}

package org.convnext4j.model.roadmap;

/** A block in training: {@code y = after(f branch(x) + shortcut(x))}, with f the factor of each picture's branch. */
final class ResidualPass implements LayerPass {
    private final int block;
    private final PassSequence branch;
    private final PassSequence shortcut;
    private final PassSequence after;

    ResidualPass(int block, PassSequence branch, PassSequence shortcut, PassSequence after) {
        this.block = block;
        this.branch = branch;
        this.shortcut = shortcut;
        this.after = after;
    }

    @Override
    public BatchMap forward(LayerContext context, BatchMap x) {
        BatchMap sum = branch.forward(context, x);
        if (context.factors().skips(block)) {
            scale(context, sum, sum);
        }
        Sums.add(context, shortcut.forward(context, x), sum);
        return after.forward(context, sum);
    }

    @Override
    public BatchMap backward(LayerContext context, BatchMap gradY) {
        BatchMap gradSum = after.backward(context, gradY);
        BatchMap gradBranch = context.memory().take(gradSum.n(), gradSum.shape());
        scale(context, gradSum, gradBranch);
        BatchMap gradX = branch.backward(context, gradBranch);
        BatchMap gradShortcut = shortcut.backward(context, gradSum);
        Sums.add(context, gradShortcut, gradX);
        context.memory().give(gradShortcut);
        return gradX;
    }

    /** Each picture's map times its factor. */
    private void scale(LayerContext context, BatchMap from, BatchMap to) {
        int c = from.channels();
        int pixels = from.shape().pixels();
        context.team().run(from.n(), (image, member) -> {
            long at = from.imageBytes(image);
            float factor = context.factors().of(block, image);
            context.gradients().rowOperations().scale(pixels, c, factor, from.data(), at, c, false, to.data(), at, c);
        });
    }
}

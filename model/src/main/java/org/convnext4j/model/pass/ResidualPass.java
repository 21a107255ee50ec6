package org.convnext4j.model.pass;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A block in training: {@code y = after(f branch(x) + shortcut(x))}, with f the factor of each picture's branch. */
final class ResidualPass implements LayerPass {
    private final int block;
    private final PassSequence branch;
    private final PassSequence shortcut;
    private final PassSequence after;
    private @Nullable Maps maps;

    /** The maps of a forward pass. */
    private record Maps(BatchMap x, BatchMap sum, BatchMap other, BatchMap y) {}

    ResidualPass(int block, PassSequence branch, PassSequence shortcut, PassSequence after) {
        this.block = block;
        this.branch = branch;
        this.shortcut = shortcut;
        this.after = after;
    }

    @Override
    public BatchMap forward(PassContext context, BatchMap x) {
        BatchMap sum = branch.forward(context, x);
        if (context.factors().skips(block)) {
            scale(context, sum, sum);
        }
        BatchMap other = shortcut.forward(context, x);
        Sums.add(context, other, sum);
        BatchMap y = after.forward(context, sum);
        maps = new Maps(x, sum, other, y);
        return y;
    }

    @Override
    public BatchMap backward(PassContext context, BatchMap gradY) {
        Maps kept = Objects.requireNonNull(maps);
        BatchMap gradSum = after.backward(context, gradY);
        BatchMap gradBranch = context.memory().take(gradSum.n(), gradSum.shape());
        scale(context, gradSum, gradBranch);
        BatchMap gradX = branch.backward(context, gradBranch);
        if (!kept.sum.isIn(kept.y)) {
            context.memory().give(kept.sum);
        }
        BatchMap gradShortcut = shortcut.backward(context, gradSum);
        if (!kept.other.isIn(kept.x)) {
            context.memory().give(kept.other);
        }
        Sums.add(context, gradShortcut, gradX);
        context.memory().give(gradShortcut);
        return gradX;
    }

    /** Each picture's map times its factor. */
    private void scale(PassContext context, BatchMap from, BatchMap to) {
        int c = from.channels();
        int pixels = from.shape().pixels();
        context.team().run(from.n(), (image, member) -> {
            long at = from.imageBytes(image);
            float factor = context.factors().of(block, image);
            context.gradients().rowOperations().scale(pixels, c, factor, from.data(), at, c, false, to.data(), at, c);
        });
    }
}

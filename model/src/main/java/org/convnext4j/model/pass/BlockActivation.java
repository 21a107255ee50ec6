package org.convnext4j.model.pass;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.model.layers.BlockPlan;
import org.convnext4j.model.layers.TensorSource;

/** What lies between a block's linear layers: an activation, with or without a response norm after it. */
interface BlockActivation {
    /** The first linear layer of some pixels, forwards: their rows of the activation's input. */
    interface Before {
        void run(int begin, int end, MemorySegment scratch);
    }

    /** The second linear layer of some pixels, forwards; its input, (rows, 4C), is at {@code bytes} of {@code g}. */
    interface After {
        void run(int begin, int end, MemorySegment g, long bytes, MemorySegment scratch);
    }

    /** A linear layer of some pixels, backwards. */
    interface Back {
        void run(int begin, int end);
    }

    static BlockActivation of(BlockPlan layers, TensorSource weights, TensorSource gradients) {
        ActivationKind kind = layers.activation().kind().kernel();
        return layers.response() == null
                ? new Plain(kind)
                : BlockResponseNorm.of(kind, layers.response(), weights, gradients);
    }

    /**
     * The forward pass with both linear layers.
     *
     * @param hidden takes the activation's input
     * @param channels C
     */
    void forward(PassContext context, BatchMap hidden, int channels, Before before, After after);

    /**
     * The backward pass with both linear layers.
     *
     * @param hidden the activation's input; overwritten
     * @param gradHidden takes the gradient of the second layer's input, which becomes that of the activation's
     * @param before the second linear layer
     * @param after the first linear layer
     * @return the second layer's input: in the memory of {@code hidden}, or else to be given back
     */
    BatchMap backward(PassContext context, BatchMap hidden, BatchMap gradHidden, Back before, Back after);

    /** Scratch memory of each member of the team for both directions' tiles. */
    static List<MemorySegment> scratch(PassContext context, int channels, int hidden) {
        return context.scratch((long) PassContext.TILE_PIXELS * (channels + hidden));
    }

    /** An activation alone, tile by tile. */
    record Plain(ActivationKind kind) implements BlockActivation {
        @Override
        public void forward(PassContext context, BatchMap hidden, int channels, Before before, After after) {
            List<MemorySegment> pieces = scratch(context, channels, hidden.channels());
            int c = hidden.channels();
            context.tiles(hidden.pixels(), (begin, end, member) -> {
                MemorySegment scratch = pieces.get(member);
                before.run(begin, end, scratch);
                context.kernels()
                        .activation(kind)
                        .forward(end - begin, c, hidden.data(), hidden.pixelBytes(begin), c, scratch, 0, c);
                after.run(begin, end, scratch, 0, scratch);
            });
        }

        @Override
        public BatchMap backward(PassContext context, BatchMap hidden, BatchMap gradHidden, Back before, Back after) {
            int c = hidden.channels();
            MemorySegment x = hidden.data();
            MemorySegment grad = gradHidden.data();
            context.tiles(hidden.pixels(), (begin, end, member) -> {
                before.run(begin, end);
                long at = hidden.pixelBytes(begin);
                context.gradients()
                        .activation(kind)
                        .forwardAndBackward(end - begin, c, x, at, c, x, at, c, grad, at, c, grad, at, c);
                after.run(begin, end);
            });
            return hidden;
        }
    }
}

package org.convnext4j.model.run;

import java.util.List;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.engine.tensor.Workspace;
import org.convnext4j.model.layers.MapShape;

/**
 * The shapes of all maps of a pass, and the memory that it takes. Kept from call to call, which mostly have pictures of the
 * same size.
 *
 * @param call what it is for
 * @param shapes behind the picture's step, then behind each other
 * @param mapFloats of the largest map, for all pictures
 * @param embeddingFloats of the embeddings
 * @param logitsFloats of the logits
 * @param sharedFloats of what all members of the team share
 * @param scratchFloats of what each member has
 */
record CallMemory(
        Call call,
        List<MapShape> shapes,
        long mapFloats,
        long embeddingFloats,
        long logitsFloats,
        long sharedFloats,
        long scratchFloats) {
    /**
     * What the memory depends on.
     *
     * @param n pictures
     * @param height of a picture, pixels
     * @param width of a picture, pixels
     * @param members of the team
     */
    record Call(int n, int height, int width, int members) {}

    boolean isOf(Tensor image, int members) {
        return image.dim(0) == call.n
                && image.dim(2) == call.height
                && image.dim(3) == call.width
                && members == call.members;
    }

    /** The workspace of a pass. */
    long bytes() {
        return 2 * Workspace.alignedBytes(mapFloats)
                + Workspace.alignedBytes(embeddingFloats)
                + Workspace.alignedBytes(logitsFloats)
                + Workspace.alignedBytes(sharedFloats)
                + call.members * Workspace.alignedBytes(scratchFloats);
    }
}

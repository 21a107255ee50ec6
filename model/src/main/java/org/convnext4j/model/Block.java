package org.convnext4j.model;

/**
 * A ConvNeXt block: {@code x + gamma * pwconv2(act(pwconv1(norm(dwconv(x)))))} (paper, section 2 and figure 4; the
 * reference's {@code Block.forward}). {@link PlainBlock} computes just that, straight on the checkpoint's weights;
 * {@link FusedBlock} on weights that are folded and packed for it; {@link ResponseNormBlock} has V2's norm before pwconv2.
 */
interface Block {
    /** Runs the block from {@code x} to {@code y}, which have the same shape. */
    void forward(Pass pass, FeatureMap x, FeatureMap y);

    /** Floats of scratch that each member of the team needs for maps of this size. */
    long scratchFloats(int n, int height, int width);

    /** Floats that the team needs together for maps of this size. */
    long sharedFloats(int n, int height, int width, int threads);
}

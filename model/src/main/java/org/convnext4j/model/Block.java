package org.convnext4j.model;

/**
 * A ConvNeXt block: {@code x + gamma * pwconv2(gelu(pwconv1(norm(dwconv(x)))))} (paper, section 2 and figure 4; the
 * reference's {@code Block.forward}). {@link PlainBlock} computes just that, straight on the checkpoint's weights;
 * {@link FusedBlock} on weights that are folded and packed for it.
 */
interface Block {
    /** Runs the block from {@code x} to {@code y}, which have the same shape. */
    void forward(Pass pass, FeatureMap x, FeatureMap y);
}

package org.convnext4j.model.pass;

import org.convnext4j.engine.tensor.Tensor;

/** What makes the first map of the pictures. Nobody needs a gradient of the pictures. */
interface PictureStart {
    /** The pixels themselves, for a network that begins with a convolution of any kind. */
    PictureStart PIXELS = new PictureStart() {
        @Override
        public BatchMap forward(PassContext context, Tensor images) {
            return PictureMaps.channelsLast(context, images);
        }

        @Override
        public void backward(PassContext context, BatchMap gradY) {
            // There are no weights.
        }
    };

    /**
     * The first map.
     *
     * @param images (N, I, H, W)
     */
    BatchMap forward(PassContext context, Tensor images);

    /**
     * Adds the gradients of the weights to theirs.
     *
     * @param gradY the gradient of the first map; overwritten
     */
    void backward(PassContext context, BatchMap gradY);
}

package org.convnext4j.model.train;

/** How a picture comes to the network's size where nothing is random. */
public enum EvaluationMode {
    /** {@link #SQUASH} where {@code augmentation.evaluationCrop} is 1, else {@link #CENTER}. */
    AUTO,
    /** The shorter edge becomes size / crop, and the centre is cropped: what lies outside it is not seen. */
    CENTER,
    /** Both edges become size / crop, whatever the picture's aspect, and the centre is cropped. */
    SQUASH;

    /** Whether the aspect is kept with this crop. */
    boolean keepsAspect(double crop) {
        return this == CENTER || (this == AUTO && crop != 1);
    }
}

package org.convnext4j.model.image.webp;

/** The numbers of the prediction modes (RFC 6386, 8.2 and 11.2); the first four are those of whole blocks, too. */
final class PredictionMode {
    static final int DC = 0;
    static final int TRUE_MOTION = 1;
    static final int VERTICAL = 2;
    static final int HORIZONTAL = 3;
    static final int RIGHT_DOWN = 4;
    static final int VERTICAL_RIGHT = 5;
    static final int LEFT_DOWN = 6;
    static final int VERTICAL_LEFT = 7;
    static final int HORIZONTAL_DOWN = 8;
    static final int HORIZONTAL_UP = 9;

    private PredictionMode() {}
}

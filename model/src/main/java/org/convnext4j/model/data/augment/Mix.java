package org.convnext4j.model.data.augment;

import java.util.Optional;
import org.convnext4j.engine.tensor.Tensor;

/**
 * How one batch is mixed: sample n with sample N - 1 - n.
 *
 * @param lambda the share of the sample itself in its target, 0 to 1
 * @param box what CutMix exchanges; empty for mixup
 */
public record Mix(double lambda, Optional<Window> box) {
    /** Not at all. */
    public static final Mix NONE = new Mix(1, Optional.empty());

    /** Each sample becomes lambda of itself and 1 - lambda of its partner. */
    public static Mix mixup(double lambda) {
        return new Mix(lambda, Optional.empty());
    }

    /** Inside a box of about 1 - lambda of the area around (centreY, centreX) each sample becomes its partner. */
    static Mix cutmix(double lambda, int height, int width, int centreY, int centreX) {
        double ratio = Math.sqrt(1 - lambda);
        int halfHeight = (int) (height * ratio) / 2;
        int halfWidth = (int) (width * ratio) / 2;
        int top = Math.max(0, centreY - halfHeight);
        int left = Math.max(0, centreX - halfWidth);
        int rows = Math.min(height, centreY + halfHeight) - top;
        int columns = Math.min(width, centreX + halfWidth) - left;
        double share = (double) rows * columns / ((double) height * width);
        return new Mix(1 - share, Optional.of(new Window(top, left, rows, columns)));
    }

    /**
     * Mixes a batch in place.
     *
     * @param images (N, 3, H, W), N even
     * @throws IllegalArgumentException if the batch is of another shape or N is odd
     */
    public void images(Tensor images) {
        Normalisation.requireSample(images, 0);
        if (images.dim(0) % 2 != 0) {
            throw new IllegalArgumentException(
                    "only batches of an even size can be mixed, but this one has " + images.dim(0) + " pictures");
        }
        if (lambda == 1) {
            return;
        }
        Window window = box.orElse(new Window(0, 0, images.dim(2), images.dim(3)));
        int planes = 3 * images.dim(0) / 2;
        for (int i = 0; i < planes; i++) {
            int channel = i % 3;
            int partner = images.dim(0) - 1 - i / 3;
            for (int y = window.top(); y < window.top() + window.height(); y++) {
                long row = ((long) i * images.dim(2) + y) * images.dim(3) + window.left();
                long other = (((long) partner * 3 + channel) * images.dim(2) + y) * images.dim(3) + window.left();
                if (box.isPresent()) {
                    exchange(images, row, other, window.width());
                } else {
                    blend(images, row, other, window.width());
                }
            }
        }
    }

    private static void exchange(Tensor images, long first, long second, int floats) {
        for (int x = 0; x < floats; x++) {
            float a = images.get(first + x);
            images.set(first + x, images.get(second + x));
            images.set(second + x, a);
        }
    }

    private void blend(Tensor images, long first, long second, int floats) {
        float own = (float) lambda;
        float others = (float) (1 - lambda);
        for (int x = 0; x < floats; x++) {
            float a = images.get(first + x);
            float b = images.get(second + x);
            images.set(first + x, a * own + b * others);
            images.set(second + x, b * own + a * others);
        }
    }

    /**
     * The targets that go with the mixed images: lambda of the sample's smoothed class and 1 - lambda of its partner's,
     * where a smoothed class has smoothing / K everywhere and 1 - smoothing more at its place.
     *
     * @param labels the N classes before mixing, each 0..K-1
     * @param smoothing 0 to 1
     * @param targets (N, K), overwritten
     * @throws IllegalArgumentException if the targets are of another shape
     * @throws IndexOutOfBoundsException if a label is not below K
     */
    public void targets(int[] labels, double smoothing, Tensor targets) {
        if (targets.shape().rank() != 2 || targets.dim(0) != labels.length) {
            throw new IllegalArgumentException(
                    "the targets of " + labels.length + " labels cannot have the shape " + targets.shape());
        }
        int classes = targets.dim(1);
        float off = (float) (smoothing / classes);
        float on = (float) (1 - smoothing + smoothing / classes);
        float own = (float) lambda;
        float others = (float) (1 - lambda);
        for (int n = 0; n < labels.length; n++) {
            int label = labels[n];
            int partner = labels[labels.length - 1 - n];
            if (label < 0 || label >= classes) {
                throw new IndexOutOfBoundsException("label " + label + " of " + classes + " classes");
            }
            for (int k = 0; k < classes; k++) {
                float value = (k == label ? on : off) * own + (k == partner ? on : off) * others;
                targets.set((long) n * classes + k, value);
            }
        }
    }
}

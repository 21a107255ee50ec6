package org.convnext4j.model.image;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Hugging Face's image processors that prepare pictures for ConvNeXts, with what each class has by default. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of
enum ProcessorKind {
    /** {@code crop_pct} below 384, squashed from there on. */
    CONVNEXT("convnext", 384, false, 0, Interpolation.BICUBIC, Statistics.HALF, Statistics.HALF),
    BIT("bit", 224, false, 224, Interpolation.BICUBIC, Statistics.CLIP_MEAN, Statistics.CLIP_STD),
    CLIP("clip", 224, false, 224, Interpolation.BICUBIC, Statistics.CLIP_MEAN, Statistics.CLIP_STD),
    VIT("vit", 224, true, 0, Interpolation.BILINEAR, Statistics.HALF, Statistics.HALF),
    DEIT("deit", 256, true, 224, Interpolation.BICUBIC, Statistics.HALF, Statistics.HALF),
    /** Python scales to 0..1 before it resizes, which saves it a rounding of at most half a level. */
    DINOV3("dinov3vit", 224, true, 0, Interpolation.BILINEAR, Preprocessor.IMAGENET_MEAN, Preprocessor.IMAGENET_STD);

    /** Means and standard deviations of several classes. */
    static final class Statistics {
        static final List<Float> HALF = List.of(0.5f, 0.5f, 0.5f);
        static final List<Float> CLIP_MEAN = List.of(0.48145467f, 0.4578275f, 0.40821072f);
        static final List<Float> CLIP_STD = List.of(0.26862955f, 0.2613026f, 0.2757771f);

        private Statistics() {}
    }

    private static final List<String> SUFFIXES =
            List.of("imageprocessorfast", "imageprocessorpil", "imageprocessor", "featureextractor");

    private final String prefix;
    /** Pixels of an edge. */
    final int size;
    /** Whether both edges become {@link #size}, rather than the shorter one. */
    final boolean square;
    /** Pixels of the centre crop's edge; 0 for none. */
    final int crop;

    final Interpolation interpolation;
    final List<Float> mean;
    final List<Float> std;

    ProcessorKind(
            String prefix,
            int size,
            boolean square,
            int crop,
            Interpolation interpolation,
            List<Float> mean,
            List<Float> std) {
        this.prefix = prefix;
        this.size = size;
        this.square = square;
        this.crop = crop;
        this.interpolation = interpolation;
        this.mean = mean;
        this.std = std;
    }

    /** The processor of this class, such as {@code BitImageProcessorFast} or {@code ConvNextFeatureExtractor}. */
    static Optional<ProcessorKind> of(String className) {
        String name = className.toLowerCase(Locale.ROOT);
        for (ProcessorKind kind : values()) {
            if (name.startsWith(kind.prefix) && SUFFIXES.contains(name.substring(kind.prefix.length()))) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}

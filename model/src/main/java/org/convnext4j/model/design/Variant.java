package org.convnext4j.model.design;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The five published sizes of ConvNeXt; source: the paper's section 3 and the released models/convnext.py. */
@SuppressWarnings("ImmutableEnumChecker") // the lists come from List.of
public enum Variant {
    TINY(List.of(3, 3, 9, 3), List.of(96, 192, 384, 768)),
    SMALL(List.of(3, 3, 27, 3), List.of(96, 192, 384, 768)),
    BASE(List.of(3, 3, 27, 3), List.of(128, 256, 512, 1024)),
    LARGE(List.of(3, 3, 27, 3), List.of(192, 384, 768, 1536)),
    XLARGE(List.of(3, 3, 27, 3), List.of(256, 512, 1024, 2048));

    private final List<Integer> depths;
    private final List<Integer> dims;

    Variant(List<Integer> depths, List<Integer> dims) {
        this.depths = depths;
        this.dims = dims;
    }

    /** Blocks of each of the four stages. */
    public List<Integer> depths() {
        return depths;
    }

    /** Channels of each of the four stages. */
    public List<Integer> dims() {
        return dims;
    }

    /** The name on a command line: {@code tiny}, {@code small}, {@code base}, {@code large} or {@code xlarge}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The variant with this {@link #label}, in any case; empty if there is none. */
    public static Optional<Variant> of(String label) {
        for (Variant variant : values()) {
            if (variant.label().equalsIgnoreCase(label)) {
                return Optional.of(variant);
            }
        }
        return Optional.empty();
    }
}

package org.convnext4j.model.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.convnext4j.model.image.Interpolation;
import org.convnext4j.model.image.Preprocessor;
import org.convnext4j.model.image.Preset;

/**
 * A checkpoint that its authors publish as a single file; sources: torchvision's models/convnext.py, and the tables in
 * the README of facebookresearch/ConvNeXt and ConvNeXt-V2.
 *
 * @param source who publishes it
 * @param file its name there and in the cache
 * @param path after the address of the source
 * @param alias another name of it, or the file's
 * @param preprocessor what it was evaluated with
 */
record PublishedFile(Source source, String file, String path, String alias, Preprocessor preprocessor)
        implements ModelName {
    /** Who publishes files. */
    enum Source {
        TORCHVISION,
        FACEBOOK
    }

    private static final int SQUASHED_FROM = 384;
    private static final List<PublishedFile> ALL = all();

    /** The file of this name; {@code DEFAULT} stands for {@code IMAGENET1K_V1} as it does in torchvision. */
    static Optional<PublishedFile> of(String name) {
        String wanted = name.endsWith("_Weights.DEFAULT") ? name.replace(".DEFAULT", ".IMAGENET1K_V1") : name;
        return ALL.stream()
                .filter(file -> file.file.equals(wanted) || file.alias.equalsIgnoreCase(wanted))
                .findFirst();
    }

    /** Every file there is. */
    static List<PublishedFile> list() {
        return ALL;
    }

    /** The first digits of the content's SHA-256, where the file's name tells them, as torchvision's do. */
    Optional<String> sha256Prefix() {
        int dash = file.lastIndexOf('-');
        int point = file.lastIndexOf('.');
        return source == Source.TORCHVISION ? Optional.of(file.substring(dash + 1, point)) : Optional.empty();
    }

    @Override
    public String toString() {
        return alias;
    }

    private static List<PublishedFile> all() {
        List<PublishedFile> all = new ArrayList<>();
        all.add(torchvision("Tiny", "convnext_tiny-983f1562.pth", Preset.TORCHVISION_TINY));
        all.add(torchvision("Small", "convnext_small-0c510722.pth", Preset.TORCHVISION_SMALL));
        all.add(torchvision("Base", "convnext_base-6075fbad.pth", Preset.TORCHVISION_BASE));
        all.add(torchvision("Large", "convnext_large-ea097f82.pth", Preset.TORCHVISION_LARGE));
        for (String size : List.of("tiny", "small", "base", "large")) {
            all.add(facebook("", "convnext_%s_1k_224_ema.pth", size, 224));
        }
        for (String size : List.of("base", "large")) {
            all.add(facebook("", "convnext_%s_1k_384.pth", size, 384));
        }
        for (String size : List.of("tiny", "small", "base", "large", "xlarge")) {
            String average = size.equals("xlarge") ? "_ema" : "";
            all.add(facebook("", "convnext_%s_22k_224.pth", size, 224));
            all.add(facebook("", "convnext_%s_22k_1k_224" + average + ".pth", size, 224));
            all.add(facebook("", "convnext_%s_22k_1k_384" + average + ".pth", size, 384));
        }
        for (String size : List.of("small", "base", "large")) {
            all.add(facebook("", "convnext_iso_%s_1k_224_ema.pth", size, 224));
        }
        for (String size : List.of("atto", "femto", "pico", "nano", "tiny", "base", "large", "huge")) {
            all.add(facebook("convnextv2/im1k/", "convnextv2_%s_1k_224_ema.pt", size, 224));
        }
        for (String size : List.of("nano", "tiny", "base", "large")) {
            all.add(facebook("convnextv2/im22k/", "convnextv2_%s_22k_224_ema.pt", size, 224));
            all.add(facebook("convnextv2/im22k/", "convnextv2_%s_22k_384_ema.pt", size, 384));
        }
        all.add(facebook("convnextv2/im22k/", "convnextv2_%s_22k_384_ema.pt", "huge", 384));
        all.add(facebook("convnextv2/im22k/", "convnextv2_%s_22k_512_ema.pt", "huge", 512));
        return List.copyOf(all);
    }

    private static PublishedFile torchvision(String size, String file, Preset preset) {
        String alias = "ConvNeXt_" + size + "_Weights.IMAGENET1K_V1";
        return new PublishedFile(Source.TORCHVISION, file, file, alias, preset.preprocessor());
    }

    private static PublishedFile facebook(String folder, String pattern, String size, int side) {
        String file = String.format(Locale.ROOT, pattern, size);
        Preprocessor preprocessor = side >= SQUASHED_FROM
                ? Preprocessor.squash(side, Interpolation.BICUBIC)
                : Preset.TIMM_224.preprocessor();
        return new PublishedFile(Source.FACEBOOK, file, folder + file, file, preprocessor);
    }
}

package org.convnext4j.model.hub;

import java.util.List;
import java.util.Optional;

/** What a user calls a released model. */
sealed interface ModelName permits HubModelName, PublishedFile {
    /** What timm and open_clip put before names of the hub. */
    List<String> PREFIXES = List.of("hf_hub:", "hf-hub:", "hf://");

    /** What is called so is a file that is missing. */
    List<String> FILE_ENDINGS = List.of(".safetensors", ".pth", ".pt", ".bin", ".json");

    /**
     * Understands a name: {@code ORG/NAME} of Hugging Face's hub, with {@code @REVISION} behind it or not; a name of timm
     * such as {@code convnext_tiny.fb_in1k}; torchvision's {@code ConvNeXt_Tiny_Weights.IMAGENET1K_V1}; the file name of
     * a checkpoint by torchvision or the paper's authors.
     *
     * @throws HubException if it is none of these
     */
    static ModelName parse(String text) {
        String name = text.strip();
        Optional<PublishedFile> published = PublishedFile.of(name);
        if (published.isPresent()) {
            return published.get();
        }
        for (String prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                name = name.substring(prefix.length());
            }
        }
        int at = name.indexOf('@');
        String repository = at < 0 ? name : name.substring(0, at);
        String revision = at < 0 ? HubModelName.MAIN : name.substring(at + 1);
        if (HubModelName.isRepository(repository)) {
            return new HubModelName(repository, revision);
        }
        String timm = "timm/" + repository;
        if (isTimm(repository) && HubModelName.isRepository(timm)) {
            return new HubModelName(timm, revision);
        }
        throw new HubException(
                HubException.Reason.BAD_NAME,
                "'" + text + "' is neither a file nor the name of a model; names are like facebook/convnext-tiny-224,"
                        + " timm/convnext_tiny.fb_in22k_ft_in1k, ConvNeXt_Tiny_Weights.IMAGENET1K_V1 or"
                        + " convnext_tiny_1k_224_ema.pth");
    }

    /** timm's names have underscores, and from version 0.9 on a point before how they were trained. */
    private static boolean isTimm(String name) {
        boolean start = name.startsWith("convnext") || name.startsWith("test_convnext");
        boolean file = FILE_ENDINGS.stream().anyMatch(name::endsWith);
        return start && !file && name.contains("_") && name.contains(".");
    }
}

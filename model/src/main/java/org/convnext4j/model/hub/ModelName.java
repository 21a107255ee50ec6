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
     * such as {@code convnext_tiny.fb_in1k}, which without a tag stands for timm's default weights; torchvision's {@code ConvNeXt_Tiny_Weights.IMAGENET1K_V1}; the file name of
     * a checkpoint by torchvision or the paper's authors.
     *
     * @throws HubException if it is none of these; the message has names that are near, or says that it is a path of nothing
     */
    static ModelName parse(String text) {
        String name = text.strip();
        Optional<PublishedFile> published = PublishedFile.of(name);
        if (published.isPresent()) {
            return published.get();
        }
        Optional<String> ofHub = withoutPrefix(name);
        if (ofHub.isEmpty() && MissingPath.isWrittenAsOne(name)) {
            throw MissingPath.refusal(name);
        }
        name = ofHub.orElse(name);
        int at = name.indexOf('@');
        String repository = at < 0 ? name : name.substring(0, at);
        String revision = at < 0 ? HubModelName.MAIN : name.substring(at + 1);
        String plain = repository.startsWith(ReleasedNames.TIMM)
                ? repository.substring(ReleasedNames.TIMM.length())
                : repository;
        if (ReleasedNames.isArchitecture(plain)) {
            return new HubModelName(ReleasedNames.TIMM + weightsOf(plain), revision);
        }
        if (HubModelName.isRepository(repository) && !isImpossible(repository)) {
            return new HubModelName(repository, revision);
        }
        String timm = ReleasedNames.TIMM + repository;
        if (isTimm(repository) && HubModelName.isRepository(timm)) {
            return new HubModelName(timm, revision);
        }
        String near = ReleasedNames.question(repository);
        throw new HubException(
                HubException.Reason.BAD_NAME,
                "'" + text + "' is neither a file nor the name of a model"
                        + (near.isEmpty()
                                ? "; names are like facebook/convnext-tiny-224, timm/convnext_tiny.fb_in22k_ft_in1k,"
                                        + " ConvNeXt_Tiny_Weights.IMAGENET1K_V1 or convnext_tiny_1k_224_ema.pth"
                                : near));
    }

    /** The name behind a prefix that makes it one of the hub whatever files there are; empty where there is none. */
    static Optional<String> withoutPrefix(String name) {
        return PREFIXES.stream().filter(name::startsWith).findFirst().map(prefix -> name.substring(prefix.length()));
    }

    /** The weights that timm takes by default. */
    private static String weightsOf(String architecture) {
        return ReleasedNames.defaultOf(architecture)
                .orElseThrow(() -> new HubException(
                        HubException.Reason.ABSENT,
                        architecture + ": no weights of this network were released; name a checkpoint of your own"));
    }

    /** Names that follow neither of the publishers' patterns: the hub need not be asked for them. */
    private static boolean isImpossible(String repository) {
        String name = repository.substring(repository.indexOf('/') + 1);
        if (!name.startsWith("convnext")) {
            return false;
        }
        return repository.startsWith(ReleasedNames.TIMM)
                ? !name.contains(".")
                : repository.startsWith(ReleasedNames.FACEBOOK) && name.contains("_");
    }

    /** timm's names have underscores, and from version 0.9 on a point before how they were trained. */
    private static boolean isTimm(String name) {
        boolean start = name.startsWith("convnext") || name.startsWith("test_convnext");
        boolean file = FILE_ENDINGS.stream().anyMatch(name::endsWith);
        return start && !file && name.contains("_") && name.contains(".");
    }
}

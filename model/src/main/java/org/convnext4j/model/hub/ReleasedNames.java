package org.convnext4j.model.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.convnext4j.model.failure.NearestName;

/**
 * The names of the ConvNeXts that were released by timm and by the paper's authors in the hub, so that a name that is
 * none can be answered with one that is. Newer ones may be there: a name that is not here may still be asked for.
 */
final class ReleasedNames {
    static final String TIMM = "timm/";
    static final String FACEBOOK = "facebook/";

    /** timm's architectures with the tags of their weights, the default first. Source: timm 1.0.29's models/convnext.py. */
    private static final Map<String, List<String>> TIMM_TAGS = timmTags();

    /** Source: transformers' convert_convnext_to_pytorch.py and convert_convnextv2_to_pytorch.py. */
    private static final List<String> FACEBOOK_NAMES = lines("facebook.txt");

    private ReleasedNames() {}

    private static Map<String, List<String>> timmTags() {
        Map<String, List<String>> tags = new LinkedHashMap<>();
        for (String line : lines("timm.txt")) {
            List<String> words = List.of(line.split(" ", -1));
            tags.put(words.get(0), words.subList(1, words.size()));
        }
        return tags;
    }

    private static List<String> lines(String resource) {
        try (InputStream in = ReleasedNames.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + resource + " is missing; build the jar again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether timm has a network of this name, with or without weights. */
    static boolean isArchitecture(String name) {
        return TIMM_TAGS.containsKey(name);
    }

    /** The weights that timm takes for an architecture's name alone, such as {@code convnext_tiny.in12k_ft_in1k}. */
    static Optional<String> defaultOf(String architecture) {
        return TIMM_TAGS.getOrDefault(architecture, List.of()).stream()
                .findFirst()
                .map(tag -> architecture + "." + tag);
    }

    /** Whether this is a name of one of the lists. */
    static boolean isReleased(String name) {
        return timm().contains(name) || facebook().contains(name);
    }

    /** timm's weights with their full names. */
    static List<String> timm() {
        List<String> names = new ArrayList<>();
        TIMM_TAGS.forEach((architecture, tags) -> tags.forEach(tag -> names.add(TIMM + architecture + "." + tag)));
        return names;
    }

    /** The authors' models in the hub with their full names. */
    static List<String> facebook() {
        return FACEBOOK_NAMES.stream().map(name -> FACEBOOK + name).toList();
    }

    /**
     * The names that somebody may have meant: those of the publisher whom the name names, if there are; often none.
     *
     * @param name without a revision
     */
    static List<String> near(String name) {
        String plain = name.substring(name.lastIndexOf('/') + 1);
        List<String> near = new ArrayList<>();
        if (ModelName.FILE_ENDINGS.stream().anyMatch(plain::endsWith)) {
            nearest(
                            plain,
                            PublishedFile.list().stream()
                                    .map(PublishedFile::file)
                                    .toList())
                    .ifPresent(near::add);
            return near;
        }
        Optional<String> timm = plain.contains(".") ? nearest(plain, timm()) : nearArchitecture(plain);
        Optional<String> facebook = nearest(plain, facebook());
        boolean ofFacebook = name.startsWith(FACEBOOK);
        (ofFacebook ? facebook : timm).ifPresent(near::add);
        if (near.isEmpty() || name.equals(plain)) {
            (ofFacebook ? timm : facebook).ifPresent(near::add);
        }
        nearest(plain, PublishedFile.list().stream().map(PublishedFile::alias).toList())
                .filter(alias -> near.isEmpty())
                .ifPresent(near::add);
        return near;
    }

    private static Optional<String> nearArchitecture(String plain) {
        List<String> published = TIMM_TAGS.keySet().stream()
                .filter(architecture -> defaultOf(architecture).isPresent())
                .toList();
        return nearest(plain, published);
    }

    /** Hyphens and underscores are confused more often than not, and publishers are left out. */
    private static Optional<String> nearest(String plain, List<String> names) {
        Map<String, String> bySpelling = new LinkedHashMap<>();
        names.forEach(name -> bySpelling.putIfAbsent(spelling(name), name));
        return NearestName.near(spelling(plain), bySpelling.keySet()).map(bySpelling::get);
    }

    private static String spelling(String name) {
        return name.substring(name.indexOf('/') + 1).toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /** The end of a message about a name that is none: {@code ; did you mean convnext_tiny?}, or nothing. */
    static String question(String name) {
        List<String> near = near(name);
        return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
    }
}

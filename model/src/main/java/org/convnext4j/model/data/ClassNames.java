package org.convnext4j.model.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What counts as the same name of a class, and what names that say little can still mean. */
final class ClassNames {
    /** No output, or more than one. */
    static final int NONE = -1;

    private static final int LISTED = 10;
    private static final int IMAGENET_CLASSES = 1000;
    private static final String WORDNET_IDS_RESOURCE = "imagenet1k-wnids.txt";
    private static final Pattern WORDNET_ID = Pattern.compile("n\\d{8}");
    private static final Pattern NUMBERED =
            Pattern.compile("(?:class|label)?[ _-]?(\\d{1,8})", Pattern.CASE_INSENSITIVE);
    private static final Pattern PUNCTUATION = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

    private ClassNames() {}

    /**
     * Finds names among outputs: those that are equal first, then those that differ in case and punctuation only, then
     * those that are one of an output's names, such as its WordNet identifier or "tench" of "tench, Tinca tinca".
     *
     * @return an output for each name, or {@link #NONE}; no output twice
     */
    static int[] find(List<String> names, List<String> outputs) {
        int[] found = new int[names.size()];
        Arrays.fill(found, NONE);
        boolean[] taken = new boolean[outputs.size()];
        claim(names.stream().map(ClassNames::composed).toList(), outputs(outputs, Exactness.EQUAL), found, taken);
        claim(names.stream().map(ClassNames::key).toList(), outputs(outputs, Exactness.LETTERS), found, taken);
        claim(
                names.stream().map(name -> key(name.split(",", 2)[0])).toList(),
                outputs(outputs, Exactness.SYNONYMS),
                found,
                taken);
        return found;
    }

    private enum Exactness {
        EQUAL,
        LETTERS,
        SYNONYMS
    }

    /** Outputs by what they can be called; {@link #NONE} for what several are. */
    private static Map<String, Integer> outputs(List<String> outputs, Exactness exactness) {
        Map<String, Integer> index = new HashMap<>();
        List<String> ids = exactness == Exactness.SYNONYMS && isImageNet(outputs) ? wordNetIds() : List.of();
        for (int output = 0; output < outputs.size(); output++) {
            for (String called : called(outputs.get(output), exactness)) {
                put(index, called, output);
            }
            if (!ids.isEmpty()) {
                put(index, ids.get(output), output);
            }
        }
        return index;
    }

    /** What a name can be written as. */
    private static List<String> called(String name, Exactness exactness) {
        return switch (exactness) {
            case EQUAL -> List.of(composed(name));
            case LETTERS -> List.of(key(name));
            case SYNONYMS ->
                Arrays.stream(name.split(",", -1)).map(ClassNames::key).toList();
        };
    }

    /** All outputs that a word can mean, as exactly as any does, by the rules of {@link #find}. */
    static List<Integer> all(String word, List<String> outputs) {
        for (Exactness exactness : Exactness.values()) {
            List<String> wanted = called(word, exactness);
            List<String> ids = exactness == Exactness.SYNONYMS && isImageNet(outputs) ? wordNetIds() : List.of();
            List<Integer> found = IntStream.range(0, outputs.size())
                    .filter(output -> called(outputs.get(output), exactness).contains(wanted.get(0))
                            || (!ids.isEmpty() && ids.get(output).equals(wanted.get(0))))
                    .boxed()
                    .toList();
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    /** The outputs among whose words are all of a word's, in any order. */
    static List<Integer> withWords(String word, List<String> outputs) {
        List<String> wanted = List.of(key(word).split(" ", -1));
        return IntStream.range(0, outputs.size())
                .filter(output ->
                        List.of(key(outputs.get(output)).split(" ", -1)).containsAll(wanted))
                .boxed()
                .toList();
    }

    private static void put(Map<String, Integer> index, String name, int output) {
        index.merge(name, output, (before, now) -> before.equals(now) ? now : NONE);
    }

    /** Gives outputs that are free to the names that alone want them. */
    private static void claim(List<String> names, Map<String, Integer> index, int[] found, boolean[] taken) {
        Map<Integer, Integer> claims = new HashMap<>();
        for (int name = 0; name < found.length; name++) {
            int output = index.getOrDefault(names.get(name), NONE);
            if (found[name] == NONE && output != NONE && !taken[output]) {
                claims.merge(output, name, (before, now) -> NONE);
            }
        }
        claims.forEach((output, name) -> {
            if (name != NONE) {
                found[name] = output;
                taken[output] = true;
            }
        });
    }

    /** macOS writes letters and accents apart, others together. */
    private static String composed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    /** The letters and digits alone, in lower case. */
    private static String key(String name) {
        String words = PUNCTUATION
                .matcher(composed(name).toLowerCase(Locale.ROOT))
                .replaceAll(" ")
                .strip();
        return words.isEmpty() ? composed(name) : words;
    }

    /** Whether these are the classes of ImageNet-1k in their order, by whichever names. */
    private static boolean isImageNet(List<String> outputs) {
        return outputs.size() == IMAGENET_CLASSES
                && key(outputs.get(0)).startsWith("tench")
                && key(outputs.get(IMAGENET_CLASSES - 1)).startsWith("toilet");
    }

    /** The identifiers of ImageNet-1k's classes, in their order. */
    private static List<String> wordNetIds() {
        try (InputStream in = ClassNames.class.getResourceAsStream(WORDNET_IDS_RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        "the resource " + WORDNET_IDS_RESOURCE + " is missing; build the jar again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether all are WordNet identifiers such as n01440764. */
    static boolean areWordNetIds(List<String> names) {
        return names.stream().allMatch(name -> WORDNET_ID.matcher(name).matches());
    }

    /** Whether outputs are only numbered: 0, class 0, class-0, LABEL_0 and so on. */
    static boolean areNumbers(List<String> outputs) {
        for (int output = 0; output < outputs.size(); output++) {
            if (number(outputs.get(output)).orElse(NONE) != output) {
                return false;
            }
        }
        return true;
    }

    /** The number that a name is; empty if it is more than a number. */
    static OptionalInt number(String name) {
        Matcher matcher = NUMBERED.matcher(name);
        return matcher.matches() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }

    /** Some names for a message. */
    static String list(List<String> names) {
        String more = names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "";
        return names.stream().limit(LISTED).collect(Collectors.joining(", ")) + more;
    }
}

package org.convnext4j.model.data.augment;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.convnext4j.model.image.RgbImage;
import org.convnext4j.model.random.RandomStream;

/**
 * RandAugment: some operations drawn with replacement, each carried out with probability 1/2 at a random magnitude
 * (reference: Cubuk et al. 2019, as timm 0.3.3 has it).
 *
 * @param magnitude the mean magnitude, 0 to 10
 * @param magnitudeStd its standard deviation; draws beyond 0..10 are clipped
 * @param layers how many operations are drawn, at least 1
 * @param increasing whether a larger magnitude always changes the picture more
 */
public record RandAugment(double magnitude, double magnitudeStd, int layers, boolean increasing) {
    /** The paper's, {@code rand-m9-mstd0.5-inc1}. */
    public static final RandAugment DEFAULT = new RandAugment(9, 0.5, 2, true);

    private static final double MAX_MAGNITUDE = 10;
    private static final int MAX_LAYERS = 100;
    private static final Pattern SECTION = Pattern.compile("([a-z]+)([0-9]+(?:\\.[0-9]+)?)");
    private static final List<RandAugmentOperation> OPERATIONS = List.of(RandAugmentOperation.values());

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is outside its range
     */
    public RandAugment {
        if (!(magnitude >= 0 && magnitude <= MAX_MAGNITUDE)) {
            throw new IllegalArgumentException("RandAugment's magnitude must be from 0 to 10, but is " + magnitude);
        }
        if (!(magnitudeStd >= 0 && magnitudeStd <= MAX_MAGNITUDE)) {
            throw new IllegalArgumentException(
                    "RandAugment's standard deviation must be from 0 to 10, but is " + magnitudeStd);
        }
        if (layers < 1 || layers > MAX_LAYERS) {
            throw new IllegalArgumentException(
                    "RandAugment needs 1 to " + MAX_LAYERS + " operations, but was given " + layers);
        }
    }

    /**
     * Reads timm's notation: {@code rand}, then in any order and joined by hyphens {@code m} and the magnitude (10 if
     * absent), {@code mstd} and its deviation (0), {@code n} and the number of operations (2), {@code inc0} or
     * {@code inc1} (0). {@code inc0} is no, unlike in timm, which takes any {@code inc} for yes.
     *
     * @throws IllegalArgumentException if the text is anything else; the message names the part
     */
    public static RandAugment parse(String text) {
        String[] sections = text.split("-", -1);
        if (!sections[0].equals("rand")) {
            throw malformed(text, sections[0]);
        }
        double magnitude = MAX_MAGNITUDE;
        double std = 0;
        int layers = 2;
        boolean increasing = false;
        for (int i = 1; i < sections.length; i++) {
            Matcher matcher = SECTION.matcher(sections[i]);
            if (!matcher.matches()) {
                throw malformed(text, sections[i]);
            }
            double value = Double.parseDouble(matcher.group(2));
            switch (matcher.group(1)) {
                case "m" -> magnitude = value;
                case "mstd" -> std = value;
                case "n" -> layers = whole(value, MAX_LAYERS, text, sections[i]);
                case "inc" -> increasing = whole(value, 1, text, sections[i]) == 1;
                default -> throw malformed(text, sections[i]);
            }
        }
        return new RandAugment(magnitude, std, layers, increasing);
    }

    private static int whole(double value, int max, String text, String section) {
        if (value != Math.rint(value) || value > max) {
            throw malformed(text, section);
        }
        return (int) value;
    }

    private static IllegalArgumentException malformed(String text, String section) {
        return new IllegalArgumentException("'" + section + "' in the RandAugment text '" + text
                + "' is not known; write for example rand-m9-mstd0.5-inc1, with n3 for three operations");
    }

    /**
     * Changes a picture. For each operation in turn are drawn: which, whether, the magnitude, the sign.
     *
     * @param in (H, W, 3)
     * @param fill the colour of what comes from outside the picture
     * @return (H, W, 3); {@code in} itself if nothing is done
     */
    public RgbImage apply(RgbImage in, Fill fill, RandomStream random) {
        RgbImage picture = in;
        for (int i = 0; i < layers; i++) {
            RandAugmentOperation operation = OPERATIONS.get(random.integer(OPERATIONS.size()));
            if (random.chance(0.5)) {
                double level = level(random);
                double argument = operation.argument(level, increasing, random.chance(0.5));
                picture = operation.apply(picture, argument, fill);
            }
        }
        return picture;
    }

    /** A random magnitude over 10: from 0 to 1. */
    double level(RandomStream random) {
        double drawn = magnitude + magnitudeStd * random.gaussian();
        return Math.max(0, Math.min(MAX_MAGNITUDE, drawn)) / MAX_MAGNITUDE;
    }

    /** timm's notation, as {@link #parse} reads it. */
    @Override
    public String toString() {
        return "rand-m" + plain(magnitude) + "-mstd" + plain(magnitudeStd) + "-n" + layers + "-inc"
                + (increasing ? 1 : 0);
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }
}

package org.convnext4j.tools;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines of help: broken between words only, not within the names of files, keys and models as Java's rules would. */
final class HelpLines {
    private static final String JOINTS = "./-,";

    /** The first of some characters that mean nothing to anybody, and to Java are letters. */
    private static final char STANDS_FOR_JOINT = '\uE000';

    /** A joint in the middle of a word, but not of what picocli replaces. */
    private static final Pattern JOINT = Pattern.compile("\\$\\{[^}]*}|(?<![./-])[./,-](?=[\\w$])");

    private static final String CONTINUED = " \\";
    private static final String INDENT = "  ";

    private HelpLines() {}

    /** Texts for picocli's layout whose words it will not break; {@link #restored} makes them readable again. */
    static String[] keptWhole(String[] lines) {
        return Arrays.stream(lines)
                .map(line -> JOINT.matcher(line)
                        .replaceAll(match -> match.group().length() > 1
                                ? Matcher.quoteReplacement(match.group())
                                : String.valueOf((char) (STANDS_FOR_JOINT + JOINTS.indexOf(match.group())))))
                .toArray(String[]::new);
    }

    /** What {@link #keptWhole} changed, as it was. */
    static String restored(String text) {
        String restored = text;
        for (int i = 0; i < JOINTS.length(); i++) {
            restored = restored.replace((char) (STANDS_FOR_JOINT + i), JOINTS.charAt(i));
        }
        return restored;
    }

    /** A paragraph in lines of less than so many characters. */
    static List<String> wrapped(String paragraph, int width) {
        return fill(paragraph, width - 1, "", "");
    }

    /** A command line, indented, in several lines as a shell takes them if it is too long for one. */
    static List<String> command(String line, int width) {
        return fill(INDENT + line, width - 1, CONTINUED, INDENT + INDENT);
    }

    private static List<String> fill(String text, int width, String end, String indent) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int begin = rest.length() - rest.stripLeading().length() + 1;
            int at = rest.lastIndexOf(' ', width - end.length());
            at = at < begin ? rest.indexOf(' ', begin) : at;
            if (at < 0) {
                break;
            }
            lines.add(rest.substring(0, at) + end);
            rest = indent + rest.substring(at + 1);
        }
        lines.add(rest);
        return lines;
    }
}

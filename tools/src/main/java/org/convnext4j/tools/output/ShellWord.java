package org.convnext4j.tools.output;

import java.util.regex.Pattern;

/** Words of commands that people copy into a shell. */
public final class ShellWord {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ShellWord() {}

    /** A word as a POSIX shell takes it: in quotes where it has anything that means something there. */
    public static String of(Object word) {
        String text = Printable.cell(word.toString());
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}

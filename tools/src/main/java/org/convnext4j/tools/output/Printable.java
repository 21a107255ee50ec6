package org.convnext4j.tools.output;

/**
 * Text out of files - names, labels, messages that quote them - with control characters shown instead of sent to the
 * terminal, which would obey them: ESC becomes a backslash and u001b, as in JSON.
 */
public final class Printable {
    private Printable() {}

    /** Text that may have lines and tabs of its own. */
    public static String lines(String text) {
        return escape(text, true);
    }

    /** Text that must stay on its line and in its column. */
    public static String cell(String text) {
        return escape(text, false);
    }

    private static String escape(String text, boolean lines) {
        int at = 0;
        while (at < text.length() && !isEscaped(text, at, lines)) {
            at++;
        }
        if (at == text.length()) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            if (isEscaped(text, i, lines)) {
                shown.append(String.format("\\u%04x", (int) text.charAt(i)));
            } else {
                shown.append(text.charAt(i));
            }
        }
        return shown.toString();
    }

    private static boolean isEscaped(String text, int at, boolean lines) {
        char c = text.charAt(at);
        boolean layout = c == '\n' || c == '\t' || (c == '\r' && at + 1 < text.length() && text.charAt(at + 1) == '\n');
        return Character.isISOControl(c) && !(lines && layout);
    }
}

package org.convnext4j.tools.output;

import java.util.Locale;

/** Measured values as people read them. */
public final class Figures {
    private static final int SECONDS_PER_MINUTE = 60;

    private Figures() {}

    /** Hours, minutes and seconds. */
    public static String clock(long seconds) {
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** A short time in seconds, a longer one as {@link #clock}. */
    public static String time(double seconds) {
        return seconds < SECONDS_PER_MINUTE
                ? String.format(Locale.ROOT, "%.1f s", seconds)
                : clock(Math.round(seconds));
    }

    /** A speed with as many digits as tell it from 0. */
    public static String imagesPerSecond(double speed) {
        String digits = speed >= 10 ? "%.0f" : speed >= 1 ? "%.1f" : "%.2g";
        return String.format(Locale.ROOT, digits + " images/s", speed);
    }

    /** A share of 1. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }
}

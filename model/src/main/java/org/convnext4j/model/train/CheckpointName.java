package org.convnext4j.model.train;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a checkpoint's folder: {@code step-0000120}, or {@code step-0000120-2} where that name was taken.
 *
 * @param step of the run
 * @param generation 1, and one more for each checkpoint of the same step that was there before
 */
record CheckpointName(long step, int generation) implements Comparable<CheckpointName> {
    private static final Pattern FORMAT = Pattern.compile("step-(\\d{7,18})(?:-([1-9]\\d{0,8}))?");

    /** The name of a folder; empty if it is no checkpoint's. */
    static Optional<CheckpointName> of(Path folder) {
        Matcher matcher = FORMAT.matcher(String.valueOf(folder.getFileName()));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int generation = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
        return Optional.of(new CheckpointName(Long.parseLong(matcher.group(1)), generation));
    }

    @Override
    public int compareTo(CheckpointName other) {
        return Comparator.comparingLong(CheckpointName::step)
                .thenComparingInt(CheckpointName::generation)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return "step-%07d".formatted(step) + (generation == 1 ? "" : "-" + generation);
    }
}

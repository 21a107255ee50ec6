package org.convnext4j.model.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link DatasetScan} found. Lists are in the order of splits, classes and file names. Immutable.
 *
 * @param splits with their classes
 * @param findings one for each file that something is to be said of
 * @param duplicates pictures that are the same to the byte
 * @param unmatched classes that only one of the splits has
 * @param sizes of the pictures that can be read; empty if there are none
 * @param complete whether all pictures were looked at
 */
public record ScanReport(
        List<SplitCounts> splits,
        List<ScanFinding> findings,
        List<Duplicates> duplicates,
        List<Unmatched> unmatched,
        Optional<Sizes> sizes,
        boolean complete) {
    /**
     * The pictures of a split.
     *
     * @param name of its folder; empty where the classes lie in the folder itself
     * @param folder it is in
     * @param classes by their names; those without any picture too
     */
    public record SplitCounts(String name, Path folder, List<ClassCount> classes) {
        /** Copies the list. */
        public SplitCounts {
            classes = List.copyOf(classes);
        }

        /** How many pictures it has, those that cannot be read too. */
        public int pictures() {
            return classes.stream().mapToInt(ClassCount::pictures).sum();
        }
    }

    /**
     * The pictures of a class.
     *
     * @param name of the class
     * @param pictures files that are called like pictures
     * @param unreadable how many of these cannot be read
     */
    public record ClassCount(String name, int pictures, int unreadable) {}

    /**
     * Files with the same bytes.
     *
     * @param files two or more
     * @param acrossSplits whether they are in more than one split, so that what is learned from is measured on
     * @param acrossClasses whether they are in classes of different names, of which one must be wrong
     */
    public record Duplicates(List<Path> files, boolean acrossSplits, boolean acrossClasses) {
        /** Copies the list. */
        public Duplicates {
            files = List.copyOf(files);
        }
    }

    /**
     * A class of one split that is not in another.
     *
     * @param className which class
     * @param split that has it
     * @param missingIn the split that has it not
     */
    public record Unmatched(String className, String split, String missingIn) {}

    /**
     * How large pictures are, in pixels.
     *
     * @param minWidth of the narrowest
     * @param maxWidth of the widest
     * @param minHeight of the lowest
     * @param maxHeight of the highest
     * @param medianShorterSide half of the pictures have a shorter side of at most this
     */
    public record Sizes(int minWidth, int maxWidth, int minHeight, int maxHeight, int medianShorterSide) {}

    /** Copies the lists. */
    public ScanReport {
        splits = List.copyOf(splits);
        findings = List.copyOf(findings);
        duplicates = List.copyOf(duplicates);
        unmatched = List.copyOf(unmatched);
    }

    /** How many files are called like pictures. */
    public int pictures() {
        return splits.stream().mapToInt(SplitCounts::pictures).sum();
    }

    /** How many of these cannot be read. */
    public int unreadable() {
        return (int) findings.stream()
                .filter(finding -> finding.kind().isUnreadable())
                .count();
    }
}

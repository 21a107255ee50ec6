package org.convnext4j.tools.train;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.convnext4j.model.data.ScanFinding;
import org.convnext4j.model.data.ScanReport;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Printable;
import org.convnext4j.tools.output.Table;

/** What a scan found, for people and for programs. */
final class ScanFormat {
    /** So many of a kind are listed; --json lists all, and pictures that cannot be read always are. */
    private static final int LISTED = 20;

    private static final Map<ScanFinding.Kind, String> TITLES = titles();

    private ScanFormat() {}

    private static Map<ScanFinding.Kind, String> titles() {
        Map<ScanFinding.Kind, String> titles = new LinkedHashMap<>();
        titles.put(ScanFinding.Kind.EMPTY, "empty");
        titles.put(ScanFinding.Kind.NOT_A_PICTURE, "no picture");
        titles.put(ScanFinding.Kind.TRUNCATED, "cut short");
        titles.put(ScanFinding.Kind.DAMAGED, "cannot be read");
        titles.put(ScanFinding.Kind.WRONG_ENDING, "another ending than its format's");
        titles.put(ScanFinding.Kind.TINY, "tiny");
        titles.put(ScanFinding.Kind.LEFT_OUT, "not used");
        return titles;
    }

    /** Prints the classes, then whatever is to be said, the worst first. */
    static void print(ScanReport report, PrintWriter out) {
        classes(report).print(out);
        out.println();
        report.sizes()
                .ifPresent(sizes -> out.println(String.format(
                        Locale.ROOT,
                        "width %d to %d, height %d to %d pixels; the shorter side is %d at the median",
                        sizes.minWidth(),
                        sizes.maxWidth(),
                        sizes.minHeight(),
                        sizes.maxHeight(),
                        sizes.medianShorterSide())));
        balance(report, out);
        TITLES.forEach((kind, title) -> {
            List<String> lines = report.findings().stream()
                    .filter(finding -> finding.kind() == kind)
                    .map(ScanFinding::message)
                    .toList();
            list(title, lines, kind.isUnreadable() ? Integer.MAX_VALUE : LISTED, out);
        });
        list(
                "the same picture in several splits: what is learned from is measured on",
                files(report, true, false),
                LISTED,
                out);
        list("the same picture in several classes: one must be wrong", files(report, false, true), LISTED, out);
        list("the same picture more than once", files(report, false, false), LISTED, out);
        list("folders of classes without a picture", withoutPictures(report), LISTED, out);
        list("classes that a split lacks", unmatched(report), LISTED, out);
        out.println();
        out.println(
                report.unreadable() == 0
                        ? report.pictures() == 1
                                ? "The one picture can be read."
                                : "All " + report.pictures() + " pictures can be read."
                        : report.unreadable() + " of " + Wording.count(report.pictures(), "picture")
                                + " cannot be read; mend or remove"
                                + " them; train leaves them out, and so does evaluate with --skip-unreadable.");
    }

    private static Table classes(ScanReport report) {
        Map<String, Map<String, ScanReport.ClassCount>> byClass = new TreeMap<>();
        for (ScanReport.SplitCounts split : report.splits()) {
            split.classes()
                    .forEach(count -> byClass.computeIfAbsent(count.name(), name -> new LinkedHashMap<>())
                            .put(split.name(), count));
        }
        List<Object> head = new ArrayList<>(List.of("class"));
        List<Object> sums = new ArrayList<>(List.of("all"));
        for (ScanReport.SplitCounts split : report.splits()) {
            head.add(split.name().isEmpty() ? "pictures" : split.name());
            sums.add(split.pictures());
        }
        Table table = new Table("  ").row(head.toArray());
        byClass.forEach((name, counts) -> {
            List<Object> row = new ArrayList<>(List.of(name));
            for (ScanReport.SplitCounts split : report.splits()) {
                ScanReport.ClassCount count = counts.get(split.name());
                row.add(count == null ? "-" : cell(count));
            }
            table.row(row.toArray());
        });
        return table.row(sums.toArray());
    }

    private static String cell(ScanReport.ClassCount count) {
        return count.pictures() + (count.unreadable() == 0 ? "" : " (" + count.unreadable() + " unreadable)");
    }

    /** Tells of each split whose largest class is far larger than the smallest. */
    private static void balance(ScanReport report, PrintWriter out) {
        for (ScanReport.SplitCounts split : report.splits()) {
            IntSummaryStatistics counts = split.classes().stream()
                    .mapToInt(ScanReport.ClassCount::pictures)
                    .filter(pictures -> pictures > 0)
                    .summaryStatistics();
            if (counts.getCount() > 1 && counts.getMin() == counts.getMax()) {
                out.println(split.folder() + " has " + Wording.count(counts.getMin(), "picture") + " in each class");
            } else if (counts.getCount() > 1) {
                out.println(String.format(
                        Locale.ROOT,
                        "%s has %d to %d pictures a class, %.1f times as many in the largest as in the smallest",
                        split.folder(),
                        counts.getMin(),
                        counts.getMax(),
                        (double) counts.getMax() / counts.getMin()));
            }
        }
    }

    private static List<String> withoutPictures(ScanReport report) {
        return report.splits().stream()
                .flatMap(split -> split.classes().stream()
                        .filter(count -> count.pictures() == 0)
                        .map(count -> split.folder().resolve(count.name()).toString()))
                .toList();
    }

    private static void list(String title, List<String> lines, int most, PrintWriter out) {
        if (lines.isEmpty()) {
            return;
        }
        out.println();
        out.println(title + ": " + lines.size());
        lines.stream().limit(most).forEach(line -> out.println("  " + Printable.cell(line)));
        if (lines.size() > most) {
            out.println("  and " + (lines.size() - most) + " more; --json lists all");
        }
    }

    /** Those that are across splits, else across classes, else neither; each in one of the three. */
    private static List<String> files(ScanReport report, boolean acrossSplits, boolean acrossClasses) {
        return report.duplicates().stream()
                .filter(same -> same.acrossSplits() == acrossSplits)
                .filter(same -> acrossSplits || same.acrossClasses() == acrossClasses)
                .map(same -> same.files().stream().map(Path::toString).collect(Collectors.joining(" = "))
                        + (acrossSplits && same.acrossClasses() ? " (and in several classes)" : ""))
                .toList();
    }

    private static List<String> unmatched(ScanReport report) {
        return report.unmatched().stream()
                .map(one -> one.className() + ": in " + one.split() + ", not in " + one.missingIn())
                .toList();
    }

    /** One object with everything. */
    static ObjectNode json(Path folder, ScanReport report) {
        ObjectNode node = Json.object()
                .put("folder", folder.toString())
                .put("pictures", report.pictures())
                .put("unreadable", report.unreadable());
        ArrayNode splits = node.putArray("splits");
        for (ScanReport.SplitCounts split : report.splits()) {
            ObjectNode one = splits.addObject()
                    .put("name", split.name())
                    .put("folder", split.folder().toString())
                    .put("pictures", split.pictures());
            ArrayNode classes = one.putArray("classes");
            split.classes()
                    .forEach(count -> classes.addObject()
                            .put("name", count.name())
                            .put("pictures", count.pictures())
                            .put("unreadable", count.unreadable()));
        }
        report.sizes()
                .ifPresent(sizes -> node.putObject("sizes")
                        .put("minWidth", sizes.minWidth())
                        .put("maxWidth", sizes.maxWidth())
                        .put("minHeight", sizes.minHeight())
                        .put("maxHeight", sizes.maxHeight())
                        .put("medianShorterSide", sizes.medianShorterSide()));
        ArrayNode findings = node.putArray("findings");
        report.findings()
                .forEach(finding -> findings.addObject()
                        .put("kind", finding.kind().name().toLowerCase(Locale.ROOT))
                        .put("unreadable", finding.kind().isUnreadable())
                        .put("file", finding.file().toString())
                        .put("message", finding.message()));
        ArrayNode duplicates = node.putArray("duplicates");
        for (ScanReport.Duplicates same : report.duplicates()) {
            ObjectNode one = duplicates
                    .addObject()
                    .put("acrossSplits", same.acrossSplits())
                    .put("acrossClasses", same.acrossClasses());
            ArrayNode files = one.putArray("files");
            same.files().forEach(file -> files.add(file.toString()));
        }
        ArrayNode unmatched = node.putArray("unmatched");
        report.unmatched()
                .forEach(one -> unmatched
                        .addObject()
                        .put("class", one.className())
                        .put("split", one.split())
                        .put("missingIn", one.missingIn()));
        return node;
    }
}

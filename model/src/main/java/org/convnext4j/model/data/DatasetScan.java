package org.convnext4j.model.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.ImageReader;
import org.convnext4j.model.image.PictureFailures;
import org.convnext4j.model.image.PictureThreads;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every picture of an image folder before a run does: which cannot be read and why, which are the same in
 * several splits or classes, how many each class has. All splits are looked at, {@code ROOT/train/CLASS/FILE} and so on,
 * or {@code ROOT/CLASS/FILE}. Pictures are read and decoded in full by daemon threads; memory: one picture for each
 * thread, and about a hundred bytes for each file.
 */
public final class DatasetScan {
    /** A picture whose shorter side has fewer pixels is {@link ScanFinding.Kind#TINY}. */
    public static final int TINY_SIDE = 16;

    private static final int MAX_THREADS = 1024;
    private static final long TELL_MILLIS = 100;

    private final ScanPlan plan;
    private final ImageReader reader;
    private final PictureFailures failures = new PictureFailures();
    private final AtomicReferenceArray<@Nullable ScannedPicture> pictures;
    private final AtomicInteger claimed = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private final ConcurrentLinkedQueue<Throwable> broken = new ConcurrentLinkedQueue<>();
    private volatile boolean stopping;

    private DatasetScan(ScanPlan plan, ImageReader reader) {
        this.plan = plan;
        this.reader = reader;
        this.pictures = new AtomicReferenceArray<>(plan.files().size());
    }

    /**
     * Looks at all pictures; what is wrong with one is a finding and ends nothing.
     *
     * @param root the folder
     * @param reader as the run will read them
     * @param threads how many decode, 1 to 1024
     * @param listener is told how far it is, and may end it; what was found by then is returned
     * @throws DatasetException if there is no class in the folder or a folder cannot be listed
     * @throws ModelException if the calling thread is interrupted
     */
    public static ScanReport of(Path root, ImageReader reader, int threads, ScanListener listener) {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("a scan needs 1 to " + MAX_THREADS + " threads, not " + threads);
        }
        DatasetScan scan = new DatasetScan(ScanPlan.of(root), reader);
        scan.decode(threads, listener);
        return scan.report();
    }

    private void decode(int threads, ScanListener listener) {
        CountDownLatch left = new CountDownLatch(threads);
        new PictureThreads("convnext4j-scan").start(threads, () -> work(left), Thread::start);
        int all = plan.files().size();
        try {
            boolean ended = false;
            while (!ended) {
                ended = left.await(TELL_MILLIS, TimeUnit.MILLISECONDS);
                stopping |= !listener.scanned(done.get(), all);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException("interrupted while looking at pictures", e);
        } finally {
            stopping = true;
        }
        if (!broken.isEmpty()) {
            throw new IllegalStateException("a scan's thread failed", broken.peek());
        }
    }

    private void work(CountDownLatch left) {
        try {
            for (int i = claimed.getAndIncrement(); i < pictures.length() && !stopping; i = claimed.getAndIncrement()) {
                pictures.set(i, ScannedPicture.of(plan.files().get(i), reader, failures));
                done.incrementAndGet();
            }
        } catch (Throwable e) {
            broken.add(e);
            stopping = true;
        } finally {
            left.countDown();
        }
    }

    private ScanReport report() {
        List<ScanFinding> findings = new ArrayList<>();
        int[] unreadable = new int[plan.classes().size()];
        List<ScannedPicture> readable = new ArrayList<>();
        for (int of = 0; of < unreadable.length; of++) {
            ScanPlan.ClassFiles files = plan.classes().get(of);
            for (int i = files.from(); i < files.to(); i++) {
                ScannedPicture picture = pictures.get(i);
                if (picture != null) {
                    picture.finding().ifPresent(findings::add);
                    if (picture.content().isEmpty()) {
                        unreadable[of]++;
                    } else {
                        readable.add(picture);
                    }
                }
            }
        }
        findings.addAll(plan.leftOut());
        List<ScanReport.SplitCounts> splits = splits(unreadable);
        return new ScanReport(
                splits, findings, duplicates(), unmatched(splits), sizes(readable), done.get() == pictures.length());
    }

    private List<ScanReport.SplitCounts> splits(int[] unreadable) {
        List<ScanReport.SplitCounts> splits = new ArrayList<>();
        for (int split = 0; split < plan.splits().size(); split++) {
            List<ScanReport.ClassCount> counts = new ArrayList<>();
            for (int of = 0; of < unreadable.length; of++) {
                ScanPlan.ClassFiles files = plan.classes().get(of);
                if (files.split() == split) {
                    counts.add(new ScanReport.ClassCount(files.name(), files.to() - files.from(), unreadable[of]));
                }
            }
            ScanPlan.SplitFolder folder = plan.splits().get(split);
            splits.add(new ScanReport.SplitCounts(folder.name(), folder.folder(), counts));
        }
        return splits;
    }

    private List<ScanReport.Duplicates> duplicates() {
        Map<ScannedPicture.Content, List<Integer>> byContent = new LinkedHashMap<>();
        for (int i = 0; i < pictures.length(); i++) {
            ScannedPicture picture = pictures.get(i);
            if (picture != null && picture.content().isPresent()) {
                byContent
                        .computeIfAbsent(picture.content().get(), content -> new ArrayList<>(1))
                        .add(i);
            }
        }
        List<ScanReport.Duplicates> duplicates = new ArrayList<>();
        for (List<Integer> same : byContent.values()) {
            if (same.size() > 1) {
                List<ScanPlan.ClassFiles> places =
                        same.stream().map(plan::classOf).toList();
                duplicates.add(new ScanReport.Duplicates(
                        same.stream().map(plan.files()::get).toList(),
                        places.stream()
                                        .mapToInt(ScanPlan.ClassFiles::split)
                                        .distinct()
                                        .count()
                                > 1,
                        places.stream()
                                        .map(ScanPlan.ClassFiles::name)
                                        .distinct()
                                        .count()
                                > 1));
            }
        }
        return duplicates;
    }

    /** What each two splits have for themselves, by the rules of {@link ClassMatch}; empty folders are no classes. */
    private static List<ScanReport.Unmatched> unmatched(List<ScanReport.SplitCounts> splits) {
        List<ScanReport.Unmatched> unmatched = new ArrayList<>();
        for (ScanReport.SplitCounts one : splits) {
            for (ScanReport.SplitCounts other : splits) {
                List<String> names = named(one);
                int[] found = ClassNames.find(names, named(other));
                for (int i = 0; i < found.length; i++) {
                    if (found[i] == ClassNames.NONE && !named(other).isEmpty()) {
                        unmatched.add(new ScanReport.Unmatched(names.get(i), one.name(), other.name()));
                    }
                }
            }
        }
        return unmatched;
    }

    private static List<String> named(ScanReport.SplitCounts split) {
        return split.classes().stream()
                .filter(count -> count.pictures() > 0)
                .map(ScanReport.ClassCount::name)
                .toList();
    }

    private static Optional<ScanReport.Sizes> sizes(List<ScannedPicture> readable) {
        if (readable.isEmpty()) {
            return Optional.empty();
        }
        int[] widths =
                readable.stream().mapToInt(ScannedPicture::width).sorted().toArray();
        int[] heights =
                readable.stream().mapToInt(ScannedPicture::height).sorted().toArray();
        int[] shorter = readable.stream()
                .mapToInt(picture -> Math.min(picture.width(), picture.height()))
                .sorted()
                .toArray();
        int last = readable.size() - 1;
        return Optional.of(new ScanReport.Sizes(widths[0], widths[last], heights[0], heights[last], shorter[last / 2]));
    }
}

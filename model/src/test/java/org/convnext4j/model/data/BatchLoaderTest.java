package org.convnext4j.model.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.data.augment.Mix;
import org.convnext4j.model.data.augment.Mixing;
import org.convnext4j.model.data.augment.Normalisation;
import org.convnext4j.model.data.augment.RandomResizedCrop;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.random.Randomness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class BatchLoaderTest {
    private static final Randomness SEED = new Randomness(17);
    private static final TrainingPipeline EVERYTHING =
            TrainingPipeline.paper(19).withCrop(RandomResizedCrop.DEFAULT);
    private static final Pipeline PLAIN = EvaluationPipeline.of(19, Normalisation.IMAGENET);

    /** What a batch held, after its memory is gone. */
    private record Copy(
            int number, List<Integer> indices, List<Integer> labels, List<Float> images, List<Float> targets) {
        static Copy of(Batch batch) {
            return new Copy(
                    batch.number(),
                    Arrays.stream(batch.indices()).boxed().toList(),
                    Arrays.stream(batch.labels()).boxed().toList(),
                    floats(batch.images()),
                    batch.targets().map(Copy::floats).orElse(List.of()));
        }

        private static List<Float> floats(Tensor tensor) {
            List<Float> values = new ArrayList<>();
            for (float value : tensor.toArray()) {
                values.add(value);
            }
            return values;
        }
    }

    private static List<Copy> run(Dataset dataset, Pipeline pipeline, LoaderOptions options, int epoch, int first) {
        List<Copy> copies = new ArrayList<>();
        try (BatchLoader loader = BatchLoader.open(dataset, pipeline, options, SEED, epoch, first)) {
            while (loader.hasNext()) {
                copies.add(Copy.of(loader.next()));
            }
            assertEquals(loader.batches() - first, copies.size());
            assertThrows(NoSuchElementException.class, loader::next);
        }
        return copies;
    }

    /** Ten pictures of class 0 for each of class 1, and one of class 2. */
    private static Dataset uneven(int size) {
        return new NoiseDataset(size) {
            @Override
            public int label(int index) {
                return index == 7 ? 2 : index % 11 == 0 ? 1 : 0;
            }
        };
    }

    /** 20 of each class in 60, whichever the data have; each picture of a small class as often as the others or once more. */
    @Test
    void aBalancedEpochHasAsManyOfEachClass() {
        LoaderOptions options = LoaderOptions.training(6).withOrder(SampleOrder.BALANCED);
        Set<List<Integer>> epochs = new HashSet<>();
        Set<Integer> seen = new TreeSet<>();
        for (int epoch = 0; epoch < 25; epoch++) {
            List<Integer> indices = run(uneven(60), PLAIN, options, epoch, 0).stream()
                    .flatMap(copy -> copy.indices().stream())
                    .toList();
            int[] classes = new int[3];
            int[] samples = new int[60];
            for (int index : indices) {
                classes[uneven(60).label(index)]++;
                samples[index]++;
            }
            assertArrayEquals(new int[] {20, 20, 20}, classes);
            assertEquals(20, samples[7]);
            for (int index = 0; index < 60; index++) {
                int label = uneven(60).label(index);
                assertTrue(label != 0 || samples[index] <= 1, index + " of the large class came again");
                // 6 pictures for 20 places.
                assertTrue(label != 1 || samples[index] == 3 || samples[index] == 4, index + ": " + samples[index]);
            }
            epochs.add(indices);
            seen.addAll(indices);
        }
        assertEquals(25, epochs.size(), "each epoch has an order of its own");
        assertEquals(60, seen.size(), "no picture is left out in all epochs");
    }

    @Test
    void aPictureThatComesAgainIsPreparedAnew() {
        LoaderOptions options = LoaderOptions.training(60).withOrder(SampleOrder.BALANCED);
        TrainingPipeline pipeline =
                TrainingPipeline.paper(19).withCrop(RandomResizedCrop.DEFAULT).withMixing(Mixing.NONE);
        Copy copy = run(uneven(60), pipeline, options, 0, 0).get(0);
        Set<List<Float>> looks = new HashSet<>();
        int floats = 3 * 19 * 19;
        for (int n = 0; n < 60; n++) {
            if (copy.indices().get(n) == 7) {
                looks.add(copy.images().subList(n * floats, (n + 1) * floats));
            }
        }
        assertTrue(looks.size() > 15, "20 times the same picture gave " + looks.size());
    }

    /** The first batch does not tell on the others, nor do the threads. */
    @Test
    void aBalancedEpochGoesOnFromAnyBatch() {
        LoaderOptions options = LoaderOptions.training(6).withOrder(SampleOrder.BALANCED);
        List<Copy> whole = run(uneven(61), EVERYTHING, options, 3, 0);
        assertEquals(whole.subList(4, 10), run(uneven(61), EVERYTHING, options.withThreads(3), 3, 4));
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "2, 2", "3, 5", "8, 3"})
    void threadsAndMemoryChangeNothing(int threads, int batches) {
        LoaderOptions options = LoaderOptions.training(6);
        List<Copy> expected = run(new NoiseDataset(53), EVERYTHING, options, 2, 0);
        LoaderOptions other = options.withThreads(threads).withBatches(batches);
        assertEquals(expected, run(new NoiseDataset(53), EVERYTHING, other, 2, 0));
        assertEquals(8, expected.size());
    }

    @Test
    void aResumedEpochIsTheRestOfTheWhole() {
        LoaderOptions options = LoaderOptions.training(6).withThreads(2);
        List<Copy> whole = run(new NoiseDataset(53), EVERYTHING, options, 1, 0);
        for (int first = 0; first <= whole.size(); first++) {
            List<Copy> rest = run(new NoiseDataset(53), EVERYTHING, options, 1, first);
            assertEquals(whole.subList(first, whole.size()), rest);
        }
    }

    @Test
    void everySampleComesOnceInEachEpochInAnOrderOfItsOwn() {
        LoaderOptions options = LoaderOptions.training(8).withDropLast(false);
        List<List<Integer>> orders = new ArrayList<>();
        for (int epoch = 0; epoch < 3; epoch++) {
            List<Integer> order = new ArrayList<>();
            for (Copy copy : run(new NoiseDataset(53), PLAIN, options, epoch, 0)) {
                order.addAll(copy.indices());
                for (int n = 0; n < copy.indices().size(); n++) {
                    assertEquals(copy.indices().get(n) % 3, copy.labels().get(n));
                }
            }
            assertEquals(53, order.size());
            assertEquals(53, new TreeSet<>(order).size());
            orders.add(order);
        }
        assertEquals(3, new HashSet<>(orders).size());
    }

    @Test
    void evaluationKeepsTheOrderAndTheRest() {
        List<Copy> batches = run(new NoiseDataset(11), PLAIN, LoaderOptions.evaluation(4), 0, 0);
        assertEquals(3, batches.size());
        assertEquals(List.of(8, 9, 10), batches.get(2).indices());
        assertEquals(3 * 3 * 19 * 19, batches.get(2).images().size());
        assertEquals(List.of(), batches.get(2).targets());
    }

    @Test
    void imagesAreThePipelinesInBothKinds() {
        NoiseDataset dataset = new NoiseDataset(9);
        TrainingPipeline unmixed = EVERYTHING.withMixing(Mixing.NONE);
        for (Pipeline pipeline : List.of(PLAIN, unmixed)) {
            try (BatchLoader loader = BatchLoader.open(dataset, pipeline, LoaderOptions.training(4), SEED, 5, 1);
                    Arena arena = Arena.ofConfined()) {
                Batch batch = loader.next();
                assertEquals(1, batch.number());
                Tensor expected = Tensor.allocate(arena, 4, 3, 19, 19);
                int[] indices = batch.indices();
                for (int n = 0; n < 4; n++) {
                    pipeline.write(dataset.read(indices[n]), SEED, 5, indices[n], expected, n);
                    assertFalse(batch.isReplaced(n));
                }
                assertArrayEquals(expected.toArray(), batch.images().toArray());
                assertEquals(4, batch.size());
            }
        }
    }

    /** Mixing is what Mixing draws for the batch's number, over the unmixed batch. */
    @Test
    void batchesAreMixedByTheirNumber() {
        TrainingPipeline unmixed = EVERYTHING.withMixing(Mixing.NONE);
        LoaderOptions options = LoaderOptions.training(4);
        NoiseDataset dataset = new NoiseDataset(16);
        try (BatchLoader mixed = BatchLoader.open(dataset, EVERYTHING, options, SEED, 0, 0);
                BatchLoader plain = BatchLoader.open(dataset, unmixed, options, SEED, 0, 0);
                Arena arena = Arena.ofConfined()) {
            for (int number = 0; number < 4; number++) {
                Batch actual = mixed.next();
                Batch expected = plain.next();
                Mix mix = Mixing.DEFAULT.draw(19, 19, SEED.stream("mix", 0, number));
                mix.images(expected.images());
                assertArrayEquals(expected.images().toArray(), actual.images().toArray());
                Tensor targets = Tensor.allocate(arena, 4, 3);
                mix.targets(expected.labels(), 0.1, targets);
                assertArrayEquals(
                        targets.toArray(), actual.targets().orElseThrow().toArray());
                for (int n = 0; n < 4; n++) {
                    assertEquals(1, targets.get(3L * n) + targets.get(3L * n + 1) + targets.get(3L * n + 2), 1e-6);
                }
            }
        }
    }

    @Test
    void aBadSampleFailsItsBatchOnly() {
        NoiseDataset dataset = new NoiseDataset(40, index -> {
            if (index == 21 || index == 22) {
                throw new IllegalStateException("broken");
            }
        });
        LoaderOptions options = LoaderOptions.evaluation(8).withThreads(3);
        BatchLoader loader = BatchLoader.open(dataset, PLAIN, options, SEED, 0, 0);
        assertEquals(0, loader.next().number());
        assertEquals(1, loader.next().number());
        ModelException problem = assertThrows(ModelException.class, loader::next);
        assertTrue(String.valueOf(problem.getMessage()).startsWith("noise-21.png: "), problem.getMessage());
        assertFalse(loader.hasNext());
        assertThrows(NoSuchElementException.class, loader::next);
        loader.close();
        assertNoThreads();
    }

    @Test
    void badSamplesAreReplacedByTheNextGoodOnes() {
        NoiseDataset dataset = new NoiseDataset(12, index -> {
            if (index == 4) {
                throw new OutOfMemoryError("Java heap space");
            }
            if (index == 3 || index == 11) {
                throw new IllegalStateException("broken");
            }
        });
        ConcurrentSkipListSet<String> skipped = new ConcurrentSkipListSet<>();
        LoaderOptions options = LoaderOptions.evaluation(12).withThreads(2).skipping((index, name, problem) -> {
            assertTrue(skipped.add(index + " " + name), "reported twice");
            String reason = index == 4 ? "needs more memory" : "broken";
            assertTrue(String.valueOf(problem.getMessage()).contains(reason), problem.getMessage());
        });
        try (BatchLoader loader = BatchLoader.open(dataset, PLAIN, options, SEED, 0, 0)) {
            Batch batch = loader.next();
            assertArrayEquals(new int[] {0, 1, 2, 5, 5, 5, 6, 7, 8, 9, 10, 0}, batch.indices());
            for (int n = 0; n < 12; n++) {
                assertEquals(n == 3 || n == 4 || n == 11, batch.isReplaced(n));
                assertEquals(batch.indices()[n] % 3, batch.labels()[n]);
            }
        }
        assertEquals("[11 noise-11.png, 3 noise-3.png, 4 noise-4.png]", skipped.toString());
    }

    @Test
    void whereNoSampleIsGoodSkippingFails() {
        NoiseDataset dataset = new NoiseDataset(5, index -> {
            throw new IllegalStateException("broken");
        });
        LoaderOptions options = LoaderOptions.evaluation(2).skipping((index, name, problem) -> {});
        try (BatchLoader loader = BatchLoader.open(dataset, PLAIN, options, SEED, 0, 0)) {
            ModelException problem = assertThrows(ModelException.class, loader::next);
            assertTrue(String.valueOf(problem.getMessage()).contains("not one of the 5"), problem.getMessage());
        }
    }

    @Test
    void aRunOfBadSamplesIsReadOnce() {
        NoiseDataset dataset = new NoiseDataset(100, index -> {
            if (index < 90) {
                throw new IllegalStateException("broken");
            }
        });
        LoaderOptions options = LoaderOptions.evaluation(10).skipping((index, name, problem) -> {});
        assertEquals(10, run(dataset, PLAIN, options, 0, 0).size());
        // Each once, and the first good one in the place of each bad one.
        assertEquals(100 + 90, dataset.reads.get());
    }

    @Test
    void errorsAndBadListenersReachTheCaller() {
        NoiseDataset broken = new NoiseDataset(4, index -> {
            throw new StackOverflowError("deep");
        });
        try (BatchLoader loader = BatchLoader.open(broken, PLAIN, LoaderOptions.evaluation(2), SEED, 0, 0)) {
            ModelException problem = assertThrows(ModelException.class, loader::next);
            assertTrue(problem.getCause() instanceof StackOverflowError);
        }
        NoiseDataset bad = new NoiseDataset(4, index -> {
            throw new IllegalStateException("broken");
        });
        LoaderOptions options = LoaderOptions.evaluation(2).skipping((index, name, problem) -> {
            throw new IllegalStateException("listener");
        });
        try (BatchLoader loader = BatchLoader.open(bad, PLAIN, options, SEED, 0, 0)) {
            ModelException problem = assertThrows(ModelException.class, loader::next);
            assertTrue(String.valueOf(problem.getMessage()).contains("listener"), problem.getMessage());
        }
    }

    @Test
    void memoryIsBounded() throws InterruptedException {
        NoiseDataset dataset = new NoiseDataset(100);
        LoaderOptions options = LoaderOptions.evaluation(5).withThreads(3).withBatches(3);
        try (BatchLoader loader = BatchLoader.open(dataset, PLAIN, options, SEED, 0, 0)) {
            for (int taken = 0; taken < 5; taken++) {
                // the batch that is held keeps its memory until the next is asked for
                int limit = 5 * (3 + Math.max(0, taken - 1));
                while (dataset.reads.get() < limit) {
                    Thread.sleep(1);
                }
                Thread.sleep(20);
                assertEquals(limit, dataset.reads.get());
                loader.next();
            }
        }
        assertNoThreads();
    }

    /** The caller stops early: while all wait for memory, and while one is reading. */
    @Test
    void closesAtAnyMoment() throws InterruptedException {
        for (int taken = 0; taken < 8; taken++) {
            BatchLoader loader = BatchLoader.open(
                    new NoiseDataset(60), EVERYTHING, LoaderOptions.training(6).withThreads(4), SEED, 0, 0);
            Batch last = null;
            for (int i = 0; i < taken; i++) {
                last = loader.next();
            }
            loader.close();
            loader.close();
            assertFalse(loader.hasNext());
            assertThrows(NoSuchElementException.class, loader::next);
            if (last != null) {
                // the memory is gone, and using it is an exception rather than a crash
                assertThrows(IllegalStateException.class, last.images()::toArray);
            }
            assertNoThreads();
        }
        CountDownLatch reading = new CountDownLatch(1);
        Semaphore go = new Semaphore(0);
        NoiseDataset slow = new NoiseDataset(60, index -> {
            reading.countDown();
            go.acquireUninterruptibly();
        });
        BatchLoader loader =
                BatchLoader.open(slow, PLAIN, LoaderOptions.evaluation(4).withThreads(2), SEED, 0, 0);
        reading.await();
        Thread closer = new Thread(loader::close);
        closer.start();
        closer.join(50);
        assertTrue(closer.isAlive(), "the sample that is being read is waited for");
        go.release(2);
        closer.join();
        assertTrue(slow.reads.get() <= 2);
        assertNoThreads();
    }

    @Test
    void closesFromItsOwnThread() {
        CompletableFuture<BatchLoader> opened = new CompletableFuture<>();
        NoiseDataset dataset = new NoiseDataset(60, index -> opened.join().close());
        LoaderOptions options = LoaderOptions.evaluation(4).withThreads(2);
        BatchLoader loader = BatchLoader.open(dataset, PLAIN, options, SEED, 0, 0);
        opened.complete(loader);
        assertThrows(NoSuchElementException.class, loader::next);
        loader.close();
        assertNoThreads();
    }

    @Test
    void anInterruptedCallerCanGoOn() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        NoiseDataset dataset = new NoiseDataset(4, index -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try (BatchLoader loader = BatchLoader.open(dataset, PLAIN, LoaderOptions.evaluation(4), SEED, 0, 0)) {
            Thread.currentThread().interrupt();
            ModelException problem = assertThrows(ModelException.class, loader::next);
            assertTrue(String.valueOf(problem.getMessage()).contains("interrupted"));
            assertTrue(Thread.interrupted());
            go.countDown();
            assertEquals(4, loader.next().size());
        }
    }

    @Test
    void refusesWhatCannotWork() {
        NoiseDataset dataset = new NoiseDataset(7);
        assertRefused("do not fill a batch", dataset, PLAIN, LoaderOptions.training(8), 0);
        assertRefused("first batch", dataset, PLAIN, LoaderOptions.training(2), 4);
        assertRefused("even size", dataset, EVERYTHING, LoaderOptions.training(3), 0);
        assertRefused(
                "even size", dataset, EVERYTHING, LoaderOptions.training(2).withDropLast(false), 0);
        assertRefused(
                "even size", dataset, EVERYTHING, LoaderOptions.training(8).withDropLast(false), 0);
        assertThrows(IllegalArgumentException.class, () -> LoaderOptions.training(0));
        assertThrows(
                IllegalArgumentException.class, () -> LoaderOptions.training(1).withThreads(0));
        assertThrows(
                IllegalArgumentException.class, () -> LoaderOptions.training(1).withBatches(1));
    }

    @Test
    void tooLittleMemoryIsSaid() {
        LoaderOptions options = LoaderOptions.evaluation(1 << 20).withBatches(1 << 10);
        Pipeline large = EvaluationPipeline.of(4096, Normalisation.IMAGENET);
        DatasetException problem = assertThrows(
                DatasetException.class, () -> BatchLoader.open(new NoiseDataset(3), large, options, SEED, 0, 0));
        assertTrue(String.valueOf(problem.getMessage()).contains("not enough memory"));
        assertNoThreads();
    }

    private static void assertRefused(
            String part, Dataset dataset, Pipeline pipeline, LoaderOptions options, int first) {
        IllegalArgumentException problem = assertThrows(
                IllegalArgumentException.class, () -> BatchLoader.open(dataset, pipeline, options, SEED, 0, first));
        assertTrue(String.valueOf(problem.getMessage()).contains(part), problem.getMessage());
    }

    private static void assertNoThreads() {
        List<String> alive = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("convnext4j-data"))
                .toList();
        assertEquals(List.of(), alive);
    }
}

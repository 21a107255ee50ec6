package org.convnext4j.model.data;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.convnext4j.model.image.RgbImage;

/** Pictures of noise and of different sizes, with something to happen at each reading. */
class NoiseDataset implements Dataset {
    final AtomicInteger reads = new AtomicInteger();
    private final int size;
    private final IntConsumer onRead;

    NoiseDataset(int size) {
        this(size, index -> {});
    }

    NoiseDataset(int size, IntConsumer onRead) {
        this.size = size;
        this.onRead = onRead;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<String> classNames() {
        return List.of("a", "b", "c");
    }

    @Override
    public int label(int index) {
        return index % 3;
    }

    @Override
    public RgbImage read(int index) {
        reads.incrementAndGet();
        onRead.accept(index);
        return TestPictures.noise(20 + index % 7, 20 + index % 5, index);
    }

    @Override
    public String name(int index) {
        return "noise-" + index + ".png";
    }

    @Override
    public String description() {
        return size + " pictures of noise";
    }

    @Override
    public String fingerprint() {
        return "noise-" + size;
    }
}

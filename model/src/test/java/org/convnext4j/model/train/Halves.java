package org.convnext4j.model.train;

import java.util.List;
import java.util.SplittableRandom;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.image.RgbImage;

/** Pictures of 16 x 16 of three kinds that are easily told apart: bright above, bright below, dark; with noise. */
record Halves(int size, long seed) implements Dataset {
    @Override
    public List<String> classNames() {
        return List.of("above", "below", "dark");
    }

    @Override
    public int label(int index) {
        return index % 3;
    }

    @Override
    public RgbImage read(int index) {
        SplittableRandom random = new SplittableRandom(seed * 100_000 + index);
        byte[] data = new byte[Patterns.SIDE * Patterns.SIDE * 3];
        for (int i = 0; i < data.length; i++) {
            boolean above = i < data.length / 2;
            boolean bright = label(index) == 0 ? above : label(index) == 1 && !above;
            data[i] = (byte) ((bright ? 140 : 60) + random.nextInt(60));
        }
        return new RgbImage(Patterns.SIDE, Patterns.SIDE, data);
    }

    @Override
    public String name(int index) {
        return "half " + index;
    }

    @Override
    public String description() {
        return size + " halves";
    }

    @Override
    public String fingerprint() {
        return "halves-" + size + "-" + seed;
    }
}

package org.convnext4j.model.data;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.convnext4j.model.image.RgbImage;

/** Some samples of a data set, with all its classes. */
final class DatasetPart implements Dataset {
    private final Dataset dataset;
    private final int[] samples;
    private final String words;

    /**
     * Some samples, in the order given.
     *
     * @param words what the part is, behind the number of its pictures: {@code kept for training}
     */
    DatasetPart(Dataset dataset, int[] samples, String words) {
        this.dataset = dataset;
        this.samples = samples.clone();
        this.words = words;
    }

    private int sample(int index) {
        return samples[Objects.checkIndex(index, samples.length)];
    }

    @Override
    public int size() {
        return samples.length;
    }

    @Override
    public List<String> classNames() {
        return dataset.classNames();
    }

    @Override
    public int label(int index) {
        return dataset.label(sample(index));
    }

    @Override
    public RgbImage read(int index) {
        return dataset.read(sample(index));
    }

    @Override
    public String name(int index) {
        return dataset.name(sample(index));
    }

    @Override
    public String description() {
        return samples.length + " " + words + " of " + dataset.description();
    }

    /** {@inheritDoc} It covers which samples these are. */
    @Override
    public String fingerprint() {
        CRC32C chosen = new CRC32C();
        for (int sample : samples) {
            chosen.update((sample + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return String.format(Locale.ROOT, "%s-part-%d-%08x", dataset.fingerprint(), samples.length, chosen.getValue());
    }

    @Override
    public List<String> notes() {
        return dataset.notes();
    }
}

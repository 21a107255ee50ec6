package org.convnext4j.model.train;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.RgbImage;

/**
 * What the pictures of a data set are like, by a sample of them.
 *
 * @param pictures how many there are
 * @param smallest the shortest edge in the sample, pixels
 * @param median of the shorter edges of the sample, pixels
 * @param largest the longest edge in the sample, pixels
 * @param grey whether red, green and blue are the same in all of the sample
 */
public record DataSurvey(long pictures, int smallest, int median, int largest, boolean grey) {
    private static final int SAMPLE = 32;

    /**
     * Reads at most 32 pictures, spread evenly over the data; those that cannot be read are left out.
     *
     * @throws ModelException of the last one, if none of them can be read
     */
    public static DataSurvey of(Dataset dataset) {
        int count = Math.min(SAMPLE, dataset.size());
        int[] shorter = new int[count];
        int read = 0;
        int largest = 0;
        boolean grey = true;
        ModelException problem = null;
        for (int i = 0; i < count; i++) {
            try {
                RgbImage picture = dataset.read((int) ((long) i * dataset.size() / count));
                shorter[read++] = Math.min(picture.height(), picture.width());
                largest = Math.max(largest, Math.max(picture.height(), picture.width()));
                grey &= isGrey(picture);
            } catch (ModelException e) {
                problem = e;
            }
        }
        if (read == 0) {
            throw problem == null ? new TrainingException(dataset.description() + ": has no pictures") : problem;
        }
        int[] edges = Arrays.copyOf(shorter, read);
        Arrays.sort(edges);
        return new DataSurvey(dataset.size(), edges[0], edges[read / 2], largest, grey);
    }

    private static boolean isGrey(RgbImage picture) {
        byte[] data = picture.data();
        return IntStream.range(0, data.length / 3)
                .allMatch(i -> data[3 * i] == data[3 * i + 1] && data[3 * i] == data[3 * i + 2]);
    }

    /** Whether all pictures of the sample are squares of this one size or less. */
    boolean areSquaresUpTo(int side) {
        return smallest == largest && largest <= side;
    }
}

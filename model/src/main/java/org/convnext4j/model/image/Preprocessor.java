package org.convnext4j.model.image;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.convnext4j.engine.tensor.Tensor;
import org.convnext4j.model.failure.ModelException;

/**
 * Turns a picture into a network's input: resize, centre crop, normalise. Immutable and safe for use by many threads.
 *
 * <p>A resized picture smaller than the crop is padded with black on all sides, the odd pixel right and below, as
 * torchvision's centre crop does. A sample v becomes {@code (v * rescale - mean) / std} in float32, where a rescale of
 * 1/255 is carried out as v / 255.
 *
 * @param resize the size before the crop
 * @param height H of the network's input
 * @param width W of the network's input
 * @param rounding where the crop starts
 * @param interpolation the resampling filter
 * @param rescale the factor that is applied to 0..255 first
 * @param mean of red, green and blue after the factor
 * @param std of red, green and blue after the factor, not 0
 */
public record Preprocessor(
        ResizeRule resize,
        int height,
        int width,
        CropRounding rounding,
        Interpolation interpolation,
        double rescale,
        List<Float> mean,
        List<Float> std) {
    /** ImageNet's mean of red, green and blue. */
    public static final List<Float> IMAGENET_MEAN = List.of(0.485f, 0.456f, 0.406f);

    /** ImageNet's standard deviation of red, green and blue. */
    public static final List<Float> IMAGENET_STD = List.of(0.229f, 0.224f, 0.225f);

    /** From bytes to 0..1. */
    public static final double TO_UNIT = 1 / 255.0;

    /** The largest input that makes sense: far above those of any training, far below what overflows in a network. */
    static final double MOST_INPUT = 1e6;

    private static final int CHANNELS = 3;
    private static final int LEVELS = 256;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a size is outside 1..16384, a list has other than three values, a value is not finite
     *     or divides by 0, or inputs would exceed a million
     */
    public Preprocessor {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (height < 1 || width < 1 || height > ResizeRule.MAX_EDGE || width > ResizeRule.MAX_EDGE) {
            throw new IllegalArgumentException("cannot crop pictures to " + width + " x " + height
                    + "; choose sizes from 1 to " + ResizeRule.MAX_EDGE);
        }
        if (mean.size() != CHANNELS || std.size() != CHANNELS) {
            throw new IllegalArgumentException("mean and std need a value for each of red, green and blue, but have "
                    + mean.size() + " and " + std.size());
        }
        for (int c = 0; c < CHANNELS; c++) {
            if (!Float.isFinite(mean.get(c)) || !Float.isFinite(std.get(c)) || std.get(c) == 0) {
                throw new IllegalArgumentException("mean " + mean + " and std " + std + " must be finite, std not 0");
            }
        }
        if (!Double.isFinite(rescale)) {
            throw new IllegalArgumentException("the rescale factor must be finite, but is " + rescale);
        }
        double largest = largestInput(rescale, mean, std);
        if (!(largest <= MOST_INPUT)) {
            throw new IllegalArgumentException("mean " + mean + ", std " + std + " and the factor " + rescale
                    + " make inputs as large as " + (float) largest + "; take those of the network's training");
        }
    }

    /** The magnitude of the largest input that any level of any channel becomes. */
    static double largestInput(double rescale, List<Float> mean, List<Float> std) {
        double largest = 0;
        for (int c = 0; c < CHANNELS; c++) {
            double dark = Math.abs(mean.get(c) / (double) std.get(c));
            double light = Math.abs(((LEVELS - 1) * rescale - mean.get(c)) / std.get(c));
            largest = Math.max(largest, Math.max(dark, light));
        }
        return largest;
    }

    /** Shorter edge to {@code edge}, centre crop of crop x crop with torchvision's rounding, ImageNet's statistics. */
    public static Preprocessor centerCrop(int edge, int crop, Interpolation interpolation) {
        return new Preprocessor(
                ResizeRule.shortestEdge(edge),
                crop,
                crop,
                CropRounding.HALF_EVEN,
                interpolation,
                TO_UNIT,
                IMAGENET_MEAN,
                IMAGENET_STD);
    }

    /** Squashed to size x size, ImageNet's statistics. */
    public static Preprocessor squash(int size, Interpolation interpolation) {
        return new Preprocessor(
                ResizeRule.squash(size, size),
                size,
                size,
                CropRounding.HALF_EVEN,
                interpolation,
                TO_UNIT,
                IMAGENET_MEAN,
                IMAGENET_STD);
    }

    /** The same with another resize. */
    public Preprocessor withResize(ResizeRule value) {
        return new Preprocessor(value, height, width, rounding, interpolation, rescale, mean, std);
    }

    /** The same with another crop. */
    public Preprocessor withCrop(int cropHeight, int cropWidth) {
        return new Preprocessor(resize, cropHeight, cropWidth, rounding, interpolation, rescale, mean, std);
    }

    /** The same with another rounding of the crop. */
    public Preprocessor withRounding(CropRounding value) {
        return new Preprocessor(resize, height, width, value, interpolation, rescale, mean, std);
    }

    /** The same with another filter. */
    public Preprocessor withInterpolation(Interpolation value) {
        return new Preprocessor(resize, height, width, rounding, value, rescale, mean, std);
    }

    /** The same with another normalisation. */
    public Preprocessor withNormalisation(double factor, List<Float> newMean, List<Float> newStd) {
        return new Preprocessor(resize, height, width, rounding, interpolation, factor, newMean, newStd);
    }

    /**
     * The picture as the network sees it, before normalisation.
     *
     * @param in (any H, any W, 3)
     * @return (height, width, 3)
     * @throws IllegalArgumentException if the picture is so thin that its resized size exceeds an int
     */
    public RgbImage toPicture(RgbImage in) {
        int fullHeight = resize.heightFor(in.height(), in.width());
        int fullWidth = resize.widthFor(in.height(), in.width());
        if (Math.max(fullHeight, fullWidth) == Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a picture of " + in.width() + " x " + in.height()
                    + " is too thin to give its shorter edge " + Math.min(fullHeight, fullWidth) + " pixels; cut it");
        }
        int rows = Math.min(height, fullHeight);
        int columns = Math.min(width, fullWidth);
        int top = rounding.offset(fullHeight, rows);
        int left = rounding.offset(fullWidth, columns);
        RgbImage window = Resampler.resize(in, fullHeight, fullWidth, interpolation, top, left, rows, columns);
        return rows == height && columns == width ? window : pad(window);
    }

    /**
     * A picture file as the network sees it, before normalisation.
     *
     * @return (height, width, 3)
     * @throws ModelException if it cannot be read or resized, for want of memory too; the message names the file
     */
    public RgbImage toPicture(ImageReader reader, Path file) {
        return toPicture(reader, Picture.of(file), file.toString());
    }

    /**
     * A picture as the network sees it, before normalisation.
     *
     * @param name what to call the picture in messages
     * @return (height, width, 3)
     * @throws ModelException if it cannot be read or resized, for want of memory too; the message names the picture
     */
    public RgbImage toPicture(ImageReader reader, Picture picture, String name) {
        return PictureFailures.naming(name, () -> toPicture(picture.read(reader, name)));
    }

    /**
     * Preprocesses a picture into one sample of a batch.
     *
     * @param in (any H, any W, 3)
     * @param batch (N, 3, height, width), float32, NCHW
     * @param n the sample to write, 0..N-1
     * @throws IllegalArgumentException if the batch is of another shape
     * @throws IndexOutOfBoundsException if n is outside the batch
     */
    public void toTensor(RgbImage in, Tensor batch, int n) {
        normalise(toPicture(in), batch, n);
    }

    /**
     * Preprocesses one picture.
     *
     * @return (1, 3, height, width), float32, NCHW, living as long as {@code arena}
     */
    public Tensor toTensor(RgbImage in, Arena arena) {
        return toTensor(List.of(in), arena);
    }

    /**
     * Preprocesses pictures into a batch.
     *
     * @return (N, 3, height, width), float32, NCHW, living as long as {@code arena}
     */
    public Tensor toTensor(List<RgbImage> in, Arena arena) {
        Tensor batch = Tensor.allocate(arena, in.size(), CHANNELS, height, width);
        for (int n = 0; n < in.size(); n++) {
            toTensor(in.get(n), batch, n);
        }
        return batch;
    }

    /**
     * Writes what {@link #toPicture} gave into one sample of a batch.
     *
     * @param picture (height, width, 3)
     * @param batch (N, 3, height, width), float32, NCHW
     * @param n the sample to write, 0..N-1
     * @throws IllegalArgumentException if the picture or the batch is of another shape
     * @throws IndexOutOfBoundsException if n is outside the batch
     */
    public void normalise(RgbImage picture, Tensor batch, int n) {
        if (picture.height() != height || picture.width() != width) {
            throw new IllegalArgumentException(picture + " is not of the size " + width + " x " + height);
        }
        if (batch.shape().rank() != 4 || batch.dim(1) != CHANNELS || batch.dim(2) != height || batch.dim(3) != width) {
            throw new IllegalArgumentException(
                    "the batch must be (N, 3, " + height + ", " + width + "), but is " + batch.shape());
        }
        if (n < 0 || n >= batch.dim(0)) {
            throw new IndexOutOfBoundsException("sample " + n + " of a batch of " + batch.dim(0));
        }
        int plane = height * width;
        byte[] data = picture.data();
        float[] values = new float[plane];
        for (int c = 0; c < CHANNELS; c++) {
            float[] table = levels(c);
            for (int i = 0, from = c; i < plane; i++, from += CHANNELS) {
                values[i] = table[data[from] & 0xff];
            }
            long offset = ((long) n * CHANNELS + c) * plane * Float.BYTES;
            MemorySegment.copy(values, 0, batch.data(), Tensor.FLOAT, offset, plane);
        }
    }

    /** The normalised value of each of the 256 samples of a channel. */
    private float[] levels(int channel) {
        float[] table = new float[LEVELS];
        for (int v = 0; v < LEVELS; v++) {
            float scaled = rescale == TO_UNIT ? v / 255f : (float) (v * rescale);
            table[v] = (scaled - mean.get(channel)) / std.get(channel);
        }
        return table;
    }

    private RgbImage pad(RgbImage in) {
        byte[] out = new byte[height * width * CHANNELS];
        int top = (height - in.height()) / 2;
        int left = (width - in.width()) / 2;
        int stride = in.width() * CHANNELS;
        for (int y = 0; y < in.height(); y++) {
            System.arraycopy(in.data(), y * stride, out, ((top + y) * width + left) * CHANNELS, stride);
        }
        return new RgbImage(height, width, out);
    }
}

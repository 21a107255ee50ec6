package org.convnext4j.model.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.spi.ImageReaderSpi;
import org.convnext4j.model.image.jpeg.JpegDecoder;
import org.convnext4j.model.image.jpeg.UnsupportedJpegException;
import org.convnext4j.model.image.webp.WebpFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One picture being decoded: used once, by one thread. */
final class Decoding {
    private static final Logger LOG = LoggerFactory.getLogger(Decoding.class);
    private static final String RESAVE = "save the picture again or fetch a fresh copy";

    private final ImageFormat format;
    private final byte[] data;
    private final String name;
    private final long maxPixels;
    private boolean truncated;
    private boolean ranOut;

    Decoding(ImageFormat format, byte[] data, String name, long maxPixels) {
        this.format = format;
        this.data = data;
        this.name = name;
        this.maxPixels = maxPixels;
    }

    /** Decodes the picture; every failure is an {@link ImageException}, lack of memory too. */
    RgbImage run() {
        try {
            return switch (format) {
                case JPEG -> jpeg();
                case WEBP -> webp();
                default -> plugIn();
            };
        } catch (ImageException e) {
            throw e;
        } catch (Exception | AssertionError | OutOfMemoryError | StackOverflowError e) {
            throw failed(e);
        }
    }

    private ImageException failed(Throwable problem) {
        if (PictureMemory.isExhausted(problem)) {
            return PictureMemory.exhausted(name, problem);
        }
        if (problem instanceof UnsupportedJpegException) {
            return new ImageException(
                    name,
                    "is a JPEG " + describe(problem) + ", which is not supported",
                    "save it as a baseline JPEG or a PNG",
                    problem);
        }
        String reason = ranOut || problem instanceof EOFException
                ? ImageException.TRUNCATED
                : "is a damaged or unsupported " + format + " picture (" + describe(problem) + ")";
        return new ImageException(name, reason, RESAVE, problem);
    }

    private RgbImage jpeg() throws IOException {
        JpegDecoder decoder = JpegDecoder.open(data);
        checkSize(decoder.width(), decoder.height());
        PictureMemory.require(
                name, decoder.decodeBytes(), "decode " + decoder.width() + " x " + decoder.height() + " pixels");
        return new RgbImage(decoder.height(), decoder.width(), decoder.toRgb());
    }

    private RgbImage webp() throws IOException {
        WebpFile file = WebpFile.parse(data);
        checkSize(file.width(), file.height());
        return new RgbImage(file.height(), file.width(), file.toRgb());
    }

    private RgbImage plugIn() throws IOException {
        ImageReaderSpi provider = Decoders.of(format);
        if (provider == null) {
            throw new ImageException(
                    name,
                    "is a " + format + " picture, for which no decoder is installed",
                    "put the imageio plug-in for " + format + " on the class path");
        }
        checkContainer();
        TrackedInput input = new TrackedInput(forReader());
        javax.imageio.ImageReader reader = provider.createReaderInstance();
        try {
            RgbImage image = decode(reader, input);
            if (truncated || input.ranOut()) {
                throw new ImageException(name, ImageException.TRUNCATED, RESAVE);
            }
            return image;
        } finally {
            ranOut = input.ranOut();
            reader.dispose();
        }
    }

    private void checkContainer() throws IOException {
        if (format == ImageFormat.BMP) {
            checkBitmap();
        }
    }

    // Before the platform's reader sees it: that one misnames sizes that are too large, and decodes nested files.
    private void checkBitmap() throws IOException {
        if (Bytes.littleInt(data, 14) < 40) {
            checkSize(Bytes.littleShort(data, 18), Bytes.littleShort(data, 20));
            return;
        }
        checkSize(Bytes.littleInt(data, 18), Math.abs(Bytes.littleInt(data, 22)));
        int compression = Bytes.littleInt(data, 30);
        if (compression == 4 || compression == 5) {
            throw new ImageException(
                    name, "is a BMP file that wraps another format", "save it as a plain BMP, PNG or JPEG");
        }
    }

    /** What the platform's reader is given. */
    private byte[] forReader() throws IOException {
        return switch (format) {
            case PNG -> PngChunks.essential(data);
            case GIF -> GifHeader.parse(data).forReader(data);
            case BMP, JPEG, WEBP -> data;
        };
    }

    private RgbImage decode(javax.imageio.ImageReader reader, TrackedInput input) throws IOException {
        reader.setInput(input, true, true);
        reader.addIIOReadWarningListener((source, warning) -> warned(warning));
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        checkSize(width, height);
        if (format == ImageFormat.GIF) {
            GifHeader header = GifHeader.parse(data);
            checkSize(header.canvasWidth(), header.canvasHeight());
            BufferedImage frame = reader.read(0);
            return header.onCanvas(frame.getRaster(), frame.getColorModel());
        }
        ImageTypeSpecifier type = reader.getImageTypes(0).next();
        long pixelBits = (long) type.getColorModel().getPixelSize() + 3 * Byte.SIZE;
        PictureMemory.require(
                name, pixelBits * width / Byte.SIZE * height, "decode " + width + " x " + height + " pixels");
        BufferedImage image = reader.read(0);
        Raster raster = image.getRaster();
        return RasterConverter.toRgb(raster, image.getColorModel(), isDeepGrey());
    }

    private boolean isDeepGrey() {
        return format == ImageFormat.PNG && data.length > 25 && data[24] == 16 && data[25] == 0;
    }

    private void checkSize(int width, int height) {
        PictureSize.require(name, width, height, maxPixels, RESAVE);
    }

    private void warned(String warning) {
        LOG.debug("{}: {}", name, warning);
        String text = warning.toLowerCase(Locale.ROOT);
        if (text.contains("truncated") || text.contains("premature end of")) {
            truncated = true;
        }
    }

    private static String describe(Throwable problem) {
        String message = problem.getMessage();
        return message == null || message.isBlank() ? "its data contradict themselves" : message.strip();
    }
}

package org.convnext4j.model.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;

/**
 * Pictures of Java's own kind, whose stored samples are taken as those of a file are: no colour conversion, alpha dropped.
 * Where alpha has been multiplied into the colours, which no file has, it is divided out first.
 */
final class JavaPicture {
    private static final String MEND = "draw it into a BufferedImage of TYPE_INT_RGB";

    private JavaPicture() {}

    static RgbImage toRgb(BufferedImage image, String name, long maxPixels) {
        int width = image.getWidth();
        int height = image.getHeight();
        PictureSize.require(name, width, height, maxPixels, MEND);
        PictureMemory.require(name, 3L * width * height, "convert " + width + " x " + height + " pixels");
        requireColors(image, name);
        try {
            Raster raster = image.isAlphaPremultiplied() ? divided(image) : image.getRaster();
            return RasterConverter.toRgb(raster, image.getColorModel(), isDeepGrey(image));
        } catch (IOException e) {
            throw new ImageException(name, "has " + e.getMessage(), MEND, e);
        } catch (OutOfMemoryError e) {
            throw PictureMemory.exhausted(name, e);
        }
    }

    private static void requireColors(BufferedImage image, String name) {
        ColorModel colors = image.getColorModel();
        int type = colors.getColorSpace().getType();
        if (!(colors instanceof IndexColorModel) && type != ColorSpace.TYPE_RGB && type != ColorSpace.TYPE_GRAY) {
            throw new ImageException(
                    name,
                    "has " + colors.getNumColorComponents() + " colours that are neither red, green and blue nor grey",
                    MEND);
        }
        if (image.getSampleModel().getDataType() == DataBuffer.TYPE_SHORT) {
            throw new ImageException(name, "has samples with a sign", MEND);
        }
    }

    /** As of PNG files, Pillow clips the samples of 16-bit grey without alpha. */
    private static boolean isDeepGrey(BufferedImage image) {
        return image.getSampleModel().getNumBands() == 1
                && image.getSampleModel().getSampleSize(0) == 16
                && !(image.getColorModel() instanceof IndexColorModel);
    }

    /** A copy of the samples with alpha divided out of the colours. */
    private static Raster divided(BufferedImage image) {
        // Not copyData(null): of a part of an image that is a copy of the whole.
        WritableRaster copy = image.getRaster().createCompatibleWritableRaster(image.getWidth(), image.getHeight());
        image.copyData(copy);
        image.getColorModel().coerceData(copy, false);
        return copy;
    }
}

package org.convnext4j.tools.file;

import java.nio.file.Files;
import java.nio.file.Path;
import org.convnext4j.tools.option.FileConverters;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What {@code convert} is to write, told by its name.
 *
 * @param path of the file or folder
 * @param kind of it
 */
record ModelOutput(Path path, Kind kind) {
    private static final String CHOICES = "NAME.safetensors, NAME.onnx or FOLDER/";

    /** What there is. */
    enum Kind {
        SAFETENSORS,
        ONNX,
        /** With a {@code model.safetensors} in it. */
        FOLDER
    }

    /** From the name: an ending that is known, a slash at the end, or a folder that is there. */
    static final class Converter implements ITypeConverter<ModelOutput> {
        @Override
        public ModelOutput convert(String value) {
            Path path = new FileConverters.Paths().convert(value);
            if (value.endsWith("/") || value.endsWith(path.getFileSystem().getSeparator()) || Files.isDirectory(path)) {
                return new ModelOutput(path, Kind.FOLDER);
            }
            if (FileConverters.hasEnding(value, ".safetensors")) {
                return new ModelOutput(path, Kind.SAFETENSORS);
            }
            if (FileConverters.hasEnding(value, ".onnx")) {
                return new ModelOutput(path, Kind.ONNX);
            }
            throw new TypeConversionException("'" + value + "': a model is written as " + CHOICES
                    + "; other kinds, such as .pth and .bin, are only read");
        }
    }
}

package org.convnext4j.tools.option;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.convnext4j.model.failure.FileNames;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.tools.output.StandardStreams;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From words on the command line to files, with what their names must be in the error. */
public final class FileConverters {
    /** Of all kinds of files that are written. */
    private static final List<String> ENDINGS = List.of(".jsonl", ".csv", ".npy", ".png", ".safetensors", ".onnx");

    private FileConverters() {}

    /** A file or folder, there or not. */
    public static final class Paths implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            try {
                return FileNames.path(value);
            } catch (ModelException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /** The name of a PNG file. */
    public static final class Png implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            if (value.equals(StandardStreams.NAME)) {
                throw new TypeConversionException(
                        "standard output is where the results go; name a file that ends in .png");
            }
            if (!hasEnding(value, ".png")) {
                throw new TypeConversionException("'" + value + "': the picture's name must end in .png");
            }
            Path path = new Paths().convert(value);
            Path folder = path.toAbsolutePath().getParent();
            // Said now and not after hours of work.
            if (folder == null || !Files.isDirectory(folder)) {
                throw new TypeConversionException(
                        "'" + value + "' cannot be written: its folder does not exist; make it or name another");
            }
            return path;
        }
    }

    /** The name of a PNG file, or - for standard output. */
    public static final class PngOrOutput implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            return value.equals(StandardStreams.NAME) ? new Paths().convert(value) : new Png().convert(value);
        }
    }

    /** The name of a safetensors file, or - for standard output. */
    public static final class SafetensorsOrOutput implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            if (!value.equals(StandardStreams.NAME) && !hasEnding(value, ".safetensors")) {
                throw new TypeConversionException(
                        "'" + value + "': the name of the file of tensors must end in .safetensors");
            }
            return new Paths().convert(value);
        }
    }

    /** The name of a NumPy file, which may end in anything but what other kinds of files do. */
    public static final class Npy implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            return unlike(value, "a NumPy file", ".npy");
        }
    }

    /** The name of a file of JSON lines, which may end in anything but what other kinds of files do. */
    public static final class JsonLines implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            return unlike(value, "a file of JSON lines", ".jsonl");
        }
    }

    /** The name of a file of comma-separated values, which may end in anything but what other kinds of files do. */
    public static final class Csv implements ITypeConverter<Path> {
        @Override
        public Path convert(String value) {
            return unlike(value, "a file of comma-separated values", ".csv");
        }
    }

    private static Path unlike(String value, String what, String ending) {
        for (String other : ENDINGS) {
            if (!other.equals(ending) && hasEnding(value, other)) {
                throw new TypeConversionException("'" + value + "': " + what + " is written, so its name cannot end in "
                        + other + "; take " + ending);
            }
        }
        return new Paths().convert(value);
    }

    /** Whether a name ends so, in any case, and begins with something else. */
    public static boolean hasEnding(String name, String ending) {
        return name.length() > ending.length() && name.toLowerCase(Locale.ROOT).endsWith(ending);
    }
}

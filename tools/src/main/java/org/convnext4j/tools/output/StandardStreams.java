package org.convnext4j.tools.output;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * What {@code -} stands for in place of a file's name: standard input or output. A file of that name is called {@code
 * ./-}. Safe for use by many threads.
 */
public final class StandardStreams {
    /** How commands write it. */
    public static final String NAME = "-";

    private static final int MAX_INPUT_BYTES = 512 << 20;

    private final InputStream in;
    private final OutputStream out;
    private final BooleanSupplier isTyped;
    private final BooleanSupplier isShown;
    private byte @Nullable [] input;

    /**
     * These streams.
     *
     * @param isTyped whether {@code in} is a terminal
     * @param isShown whether {@code out} is one
     */
    public StandardStreams(InputStream in, OutputStream out, BooleanSupplier isTyped, BooleanSupplier isShown) {
        this.in = in;
        this.out = out;
        this.isTyped = isTyped;
        this.isShown = isShown;
    }

    /** Those of this process, of which {@code out} is the standard output. */
    public static StandardStreams ofProcess(OutputStream out) {
        return new StandardStreams(System.in, out, Terminal::isInput, Terminal::isOutput);
    }

    /** Whether a stream is meant, and not a file. */
    public static boolean areMeant(@Nullable Path path) {
        return path != null && path.toString().equals(NAME);
    }

    /** Refuses, as wrong usage, to wait for a picture or the like that somebody would have to type. */
    public void requireInput(CommandLine command) {
        if (isTyped.getAsBoolean()) {
            throw new ParameterException(
                    command, "- is standard input, which is a terminal; give it a file or a pipe, as in <picture.jpg");
        }
    }

    /** Refuses, as wrong usage, to write what is no text to a terminal. */
    public void requireBinaryOutput(CommandLine command) {
        if (isShown.getAsBoolean()) {
            throw new ParameterException(
                    command,
                    "- is standard output, which is a terminal and would show bytes; send it on, as in >out.png");
        }
    }

    /** Whether what is written is shown by a terminal. */
    public boolean areShown() {
        return isShown.getAsBoolean();
    }

    /**
     * All that standard input has; read once, the same in every call.
     *
     * @throws ToolException if it cannot be read or is too long
     */
    public synchronized byte[] input() {
        if (input == null) {
            try {
                byte[] read = in.readNBytes(MAX_INPUT_BYTES + 1);
                if (read.length > MAX_INPUT_BYTES) {
                    throw new ToolException("standard input has more than " + MAX_INPUT_BYTES + " bytes; name a file");
                }
                input = read;
            } catch (IOException e) {
                throw new ToolException("standard input cannot be read: " + e.getMessage(), e);
            }
        }
        return input;
    }

    /**
     * All that standard input has, in a temporary file that the caller {@link #delete}s.
     *
     * @param ending of its name
     * @throws ToolException if it cannot be read or there is no room for the file
     */
    public Path inputAsFile(String ending) {
        byte[] bytes = input();
        try {
            Path file = Files.createTempFile("convnext-input-", ending);
            try {
                return Files.write(file, bytes);
            } catch (IOException e) {
                delete(file);
                throw e;
            }
        } catch (IOException e) {
            throw new ToolException("standard input has no room in a temporary file: " + e.getMessage(), e);
        }
    }

    /** Removes a temporary file. */
    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new ToolException(file + ": cannot be removed: " + e.getMessage(), e);
        }
    }

    /**
     * Writes bytes to standard output.
     *
     * @throws OutputFailure if that takes no more
     */
    public void write(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            throw new OutputFailure();
        }
    }

    /** Standard output as it is. */
    public OutputStream out() {
        return out;
    }

    /** What a command line is made of that knows its streams: the object of its root. */
    public interface Holder {
        /** What {@code -} stands for. */
        StandardStreams streams();
    }

    /**
     * Those of a command.
     *
     * @throws ClassCastException if the root of its command line is no {@link Holder}
     */
    public static StandardStreams of(CommandLine command) {
        return Optional.of(command.getCommandSpec().root().userObject())
                .map(Holder.class::cast)
                .orElseThrow()
                .streams();
    }
}

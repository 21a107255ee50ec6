package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.convnext4j.tools.output.StandardStreams;
import picocli.CommandLine;

/** Runs commands in this JVM. */
public final class Cli {
    /** How a command ended and what it printed. */
    public record Result(int code, String out, String err) {
        /** The output as one JSON object; the command must have been content. */
        public JsonNode json() throws IOException {
            assertEquals(0, code, err);
            return new ObjectMapper().readTree(out);
        }

        /** The one line of complaint. */
        public String complaint() {
            assertEquals(1, err.lines().count(), err);
            return err.strip();
        }
    }

    private Cli() {}

    /**
     * How a command ended that was given a file as its standard input.
     *
     * @param bytes what it wrote to standard output that is no line of text
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    public record Piped(Result result, byte[] bytes) {}

    public static Result run(Object... args) {
        return piped(new byte[0], args).result();
    }

    public static Piped piped(byte[] input, Object... args) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        InputStream in = new ByteArrayInputStream(input);
        Result result = run(new StandardStreams(in, bytes, () -> false, () -> false), args);
        return new Piped(result, bytes.toByteArray());
    }

    /** Runs a command with streams of the caller's for {@code -}. */
    public static Result run(StandardStreams streams, Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            words[i] = args[i].toString();
        }
        int code = Main.run(streams, new PrintWriter(out), new PrintWriter(err), words);
        return new Result(code, out.toString(), err.toString());
    }

    /** The command line, to look at. */
    public static CommandLine commandLine() {
        return Main.commandLine(new StandardStreams(
                InputStream.nullInputStream(), OutputStream.nullOutputStream(), () -> false, () -> false));
    }

    /** One of its commands, to look at. */
    public static CommandLine command(String name) {
        return Objects.requireNonNull(commandLine().getSubcommands().get(name), name);
    }

    public static Path toy(String name) {
        return resource("toy/" + name);
    }

    /** A golden network of a relative, which the model's tests have. */
    public static Path family(String name) {
        Path module = Path.of(System.getProperty("basedir", "."));
        return module.resolve("../model/src/test/resources/org/convnext4j/model/families")
                .resolve(name + ".safetensors")
                .normalize();
    }

    public static Path image(String name) {
        return resource("images/" + name);
    }

    private static Path resource(String name) {
        try {
            return Path.of(
                    Objects.requireNonNull(Cli.class.getResource(name), name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

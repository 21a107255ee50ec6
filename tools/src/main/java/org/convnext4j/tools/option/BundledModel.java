package org.convnext4j.tools.option;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.weights.CheckpointFolder;
import org.convnext4j.tools.output.ToolException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The model that comes with the command line, trained on Fashion-MNIST. */
public final class BundledModel {
    /** How messages call it. */
    static final String NAME = "the bundled Fashion-MNIST model";

    /** How JSON calls it, and --model. */
    public static final String ID = "fashion-mnist";

    private static final String WEIGHTS = "/org/convnext4j/tools/demo/fashion-mnist.safetensors";

    private static final List<String> CHECKPOINTS = List.of(
            ".safetensors", ".safetensors.index.json", ".pth", ".pt", ".bin", ".bin.index.json", ".ckpt", ".pkl");

    /** What nothing but a released model is called: no file is there, and none is a picture by its ending. */
    private static final Pattern RELEASED_NAME =
            Pattern.compile("([\\w.-]+/)?(test_)?convnext.*(?<![.](jpg|jpeg|jpe|png|gif|bmp|webp))", Pattern.DOTALL);

    private static final Map<URI, FileSystem> FILE_SYSTEMS = new HashMap<>();

    private BundledModel() {}

    /**
     * Refuses, as wrong usage, checkpoints and models' names among the pictures: then --model has been forgotten.
     *
     * @param images files and folders
     */
    public static void requireNoModel(List<Path> images, CommandLine command) {
        for (Path image : images) {
            if (isModel(image)) {
                throw new ParameterException(
                        command,
                        image + " is no picture but a model; name it with --model " + image
                                + ", before or behind the pictures");
            }
        }
    }

    private static boolean isModel(Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        if (CHECKPOINTS.stream().anyMatch(name::endsWith)) {
            return true;
        }
        boolean folder = CheckpointFolder.NAMES.stream().anyMatch(file -> Files.isRegularFile(path.resolve(file)));
        return folder || (!Files.exists(path) && RELEASED_NAME.matcher(name).matches());
    }

    /**
     * The model, to be closed by the caller.
     *
     * @param engine outlives the model and is not closed by it
     * @throws ToolException if this build has no weights or they cannot be reached
     */
    public static ConvNeXt load(Engine engine) {
        return load(BundledModel.class.getResource(WEIGHTS), engine);
    }

    public static ConvNeXt load(@Nullable URL weights, Engine engine) {
        return ConvNeXt.load(path(weights), engine);
    }

    /**
     * Where the model's weights are, with their configuration beside them.
     *
     * @throws ToolException if this build has none or they cannot be reached
     */
    static Path path() {
        return path(BundledModel.class.getResource(WEIGHTS));
    }

    private static Path path(@Nullable URL weights) {
        if (weights == null) {
            throw new ToolException("this build has no " + WEIGHTS + "; name a checkpoint with --model FILE");
        }
        try {
            if (weights.getProtocol().equals("file")) {
                return Path.of(weights.toURI());
            }
            URLConnection connection = weights.openConnection();
            if (connection instanceof JarURLConnection inJar) {
                return fileSystem(inJar.getJarFileURL().toURI()).getPath(inJar.getEntryName());
            }
        } catch (IOException | URISyntaxException e) {
            throw new ToolException(weights + ": cannot be read: " + e.getMessage(), e);
        }
        throw new ToolException(weights + ": is neither in a folder nor in a jar; name a checkpoint with --model FILE");
    }

    /** Stays open as long as the process, since training reads its start only when the run is opened. */
    private static synchronized FileSystem fileSystem(URI jar) throws IOException {
        FileSystem opened = FILE_SYSTEMS.get(jar);
        if (opened == null) {
            opened = FileSystems.newFileSystem(Path.of(jar));
            FILE_SYSTEMS.put(jar, opened);
        }
        return opened;
    }
}

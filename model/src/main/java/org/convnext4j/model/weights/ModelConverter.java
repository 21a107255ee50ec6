package org.convnext4j.model.weights;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.ModelDescription;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.failure.FileFailure;
import org.convnext4j.model.image.Preprocessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts whole models: the weights, and beside them the configuration with the network's arguments, the class names, the
 * kind of probability and the preprocessing, so that nothing is lost on the way to another library and back. All files
 * are written or none.
 */
public final class ModelConverter {
    private static final Logger LOG = LoggerFactory.getLogger(ModelConverter.class);

    private ModelConverter() {}

    /** What becomes of the configuration beside the weights. */
    public enum Configuration {
        /** It is written; one that is there must say the same. */
        WRITTEN,
        /** It is written over one that is there. */
        REPLACED,
        /** It is not written. */
        LEFT_OUT
    }

    /**
     * What is wanted.
     *
     * @param layout of the new model
     * @param dtype F32, F16 or BF16; null keeps each tensor's own
     * @param configuration what becomes of it
     * @param options what the caller knows more than the files say, class names and preprocessing among it
     */
    public record Request(Layout layout, @Nullable DType dtype, Configuration configuration, LoadOptions options) {}

    /**
     * What was done.
     *
     * @param files that were written
     * @param notes for the user about what was assumed
     */
    public record Result(List<Path> files, List<String> notes) {
        /** Copies the lists. */
        public Result {
            files = List.copyOf(files);
            notes = List.copyOf(notes);
        }
    }

    /**
     * Converts a model.
     *
     * @param in the checkpoint; its configuration lies beside it
     * @param named the preprocessing that follows from the model's name; then no file beside the weights is the model's
     * @param out the safetensors file to write, replaced if it is there
     * @throws org.convnext4j.model.failure.ModelException if {@code in} or its configuration cannot be read, if {@code in} is
     *     {@code out}, if the layout has no such network, if a file cannot be written, if a weight is too large for the type,
     *     or if a configuration beside {@code out} is another model's; nothing is left behind then
     * @throws IllegalArgumentException if the type is another
     */
    public static Result convert(Path in, Optional<Preprocessor> named, Path out, Request request) {
        try (Checkpoint checkpoint = Checkpoint.open(in)) {
            CheckpointWriter.requireOther(in, out);
            TensorIndex index = TensorIndex.of(checkpoint, request.options);
            Layout layout = request.layout;
            ConvNeXtConfig network = index.config();
            CheckpointWriter.requireWritable(out, layout, network);
            Assumption.log(LOG, in, index.assumptions());
            Map<Path, AtomicFile.Content> files = new LinkedHashMap<>();
            List<String> notes = new ArrayList<>();
            if (request.configuration != Configuration.LEFT_OUT) {
                ModelDescription model = ModelDescription.of(in, named, network, index.layout(), request.options);
                if (isAssumed(model, named, request.options)) {
                    notes.add("no file beside " + in.getFileName() + " says how its pictures are prepared; written is "
                            + "what is assumed then: resized to 256 pixels, cropped to 224, ImageNet's statistics");
                }
                BesideOutput beside = new BesideOutput(in, out, layout, network, model);
                ConfigFiles.of(layout, network, model, types(index, request.dtype))
                        .forEach((name, text) -> {
                            if (beside.isToWrite(name, request.configuration)) {
                                files.put(out.resolveSibling(name), content(text));
                            }
                        });
            }
            files.put(out, CheckpointWriter.content(out, index, layout, request.dtype, checkpoint.metadata()));
            AtomicFile.writeAll(files);
            return new Result(List.copyOf(files.keySet()), notes);
        }
    }

    private static boolean isAssumed(ModelDescription model, Optional<Preprocessor> named, LoadOptions options) {
        return named.isEmpty()
                && options.preprocessor().isEmpty()
                && model.preprocessorFrom().isEmpty();
    }

    private static AtomicFile.Content content(ObjectNode text) {
        byte[] bytes = (text.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
        return channel -> ChannelWrites.all(channel, bytes);
    }

    private static Set<DType> types(TensorIndex index, @Nullable DType dtype) {
        Set<DType> types = EnumSet.noneOf(DType.class);
        index.tensors().values().forEach(entry -> types.add(dtype == null ? entry.dtype() : dtype));
        return types;
    }

    /**
     * Converts a model into a folder, as {@code model.safetensors} and the configuration that this name goes with.
     *
     * @param folder made if it is not there, but not the folder it is in
     * @throws org.convnext4j.model.failure.ModelException as {@link #convert}, and if the folder cannot be made
     */
    public static Result convertInto(Path in, Optional<Preprocessor> named, Path folder, Request request) {
        boolean made = !Files.exists(folder);
        boolean complete = false;
        try {
            if (made) {
                Files.createDirectory(folder);
            }
            Result result = convert(in, named, folder.resolve(CheckpointFolder.NAMES.get(0)), request);
            complete = true;
            return result;
        } catch (IOException e) {
            throw new CheckpointException(folder, "cannot be made: " + FileFailure.reason(e), e);
        } finally {
            if (made && !complete) {
                removeEmpty(folder);
            }
        }
    }

    private static void removeEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            LOG.debug("{} stays", folder, e);
        }
    }
}

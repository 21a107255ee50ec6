package org.convnext4j.model.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.convnext4j.engine.kernel.ActivationKind;
import org.convnext4j.engine.kernel.NormKind;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.ModelDescription;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.model.design.Design;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.JsonFile;
import org.convnext4j.model.image.PreprocessorConfig;
import org.convnext4j.model.layers.Pooling;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What already lies where a model's configuration is to go. A file that says the same is left as it is; another model's is
 * not overwritten, and none may come before the one that is written.
 *
 * @param in what the model was converted from, which may lie in the same folder
 * @param out the model's weights
 * @param layout of these
 * @param network that they are of
 * @param model what the configuration is to say
 */
record BesideOutput(Path in, Path out, Layout layout, ConvNeXtConfig network, ModelDescription model) {
    private static final Logger LOG = LoggerFactory.getLogger(BesideOutput.class);
    private static final List<String> ENDINGS = List.of(".safetensors", ".pth", ".pt", ".bin");
    private static final String MEND = "; write into another folder (OUT as a folder's name with / behind it),"
            + " write it all the same with --force, or write the weights alone with --no-config";

    /**
     * Whether a file is to be written.
     *
     * @param name of the file
     * @throws CheckpointException if that is another model's, or a file that counts more is
     */
    boolean isToWrite(String name, ModelConverter.Configuration wanted) {
        requireNothingBefore(name);
        Path file = out.resolveSibling(name);
        if (!Files.exists(file)) {
            if (wanted != ModelConverter.Configuration.REPLACED) {
                requireNoOthers(file);
            }
            return true;
        }
        if (saysTheSame(name)) {
            return false;
        }
        if (wanted != ModelConverter.Configuration.REPLACED) {
            throw new CheckpointException(file, "is there already and is not what belongs to " + out + MEND);
        }
        return true;
    }

    /** A processor's file is read before timm's configuration, so it must not be another model's. */
    private void requireNothingBefore(String name) {
        Path processor = out.resolveSibling(PreprocessorConfig.PROCESSOR_FILE);
        if (layout != Layout.HUGGINGFACE
                && name.equals(ConfigFiles.CONFIG)
                && Files.exists(processor)
                && !isPictures()) {
            throw new CheckpointException(
                    processor,
                    "is there already, would be read before the " + ConfigFiles.CONFIG + " of " + out
                            + " and says something else about pictures; write into another folder");
        }
    }

    /** A configuration counts for every checkpoint in its folder. */
    private void requireNoOthers(Path file) {
        Path folder = out.toAbsolutePath().getParent();
        try (Stream<Path> paths = Files.list(folder)) {
            Optional<Path> other = paths.filter(path -> isCheckpoint(path) && !isOne(path, in) && !isOne(path, out))
                    .findFirst();
            if (other.isPresent()) {
                throw new CheckpointException(
                        file,
                        "is not written, because it would count for "
                                + other.get().getFileName() + " too" + MEND);
            }
        } catch (IOException | UncheckedIOException e) {
            // What cannot be listed cannot be written either, which is said then.
            LOG.debug("{} cannot be listed", folder, e);
        }
    }

    private static boolean isCheckpoint(Path path) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && ENDINGS.stream().anyMatch(name::endsWith) && Files.isRegularFile(path);
    }

    private static boolean isOne(Path path, Path other) {
        return path.equals(other.toAbsolutePath());
    }

    private boolean isPictures() {
        try {
            return PreprocessorConfig.besideWeights(out, network.minimumSide())
                    .equals(Optional.of(model.preprocessor()));
        } catch (ModelException e) {
            return false;
        }
    }

    private boolean saysTheSame(String name) {
        if (name.equals(PreprocessorConfig.PROCESSOR_FILE)) {
            return isPictures();
        }
        try {
            boolean timm = JsonFile.read(out.resolveSibling(name)).hasNonNull("architecture");
            if (timm == (layout == Layout.HUGGINGFACE)) {
                return false;
            }
            DesignInference.Settled there =
                    DesignInference.settle(out, layout, Spelling.of(network), shown(), LoadOptions.DEFAULT);
            ModelDescription found = ModelDescription.of(out, Optional.empty(), network, layout);
            return there.assumptions().isEmpty()
                    && asStored(there.config()).equals(asStored(network))
                    && found.names().equals(model.names())
                    && found.probability() == model.probability()
                    && (layout == Layout.HUGGINGFACE || found.preprocessor().equals(model.preprocessor()));
        } catch (ModelException e) {
            return false;
        }
    }

    /** What the shapes of the network's tensors show, and the rest as it is where nothing says it. */
    private ConvNeXtConfig shown() {
        Design design = network.design();
        Design shown = design.withActivation(ActivationKind.GELU)
                .withNorm(design.norm() == NormKind.LAYER ? NormKind.LAYER : NormKind.RMS)
                .withHead(design.head().withPooling(Pooling.AVERAGE))
                .withDilatedStages(0);
        return network.withDesign(shown)
                .withLayerNormEps(ConvNeXtConfig.LAYER_NORM_EPS)
                .withHeadNormEps(ConvNeXtConfig.LAYER_NORM_EPS);
    }

    /** Only timm's files tell linear layers from convolutions. */
    private static ConvNeXtConfig asStored(ConvNeXtConfig config) {
        return config.withDesign(config.design().withPointwiseAsConv(false));
    }
}

package org.convnext4j.tools.option;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.convnext4j.model.hub.DownloadListener;
import org.convnext4j.model.hub.ModelFiles;
import org.convnext4j.model.hub.ModelHub;
import org.convnext4j.tools.output.Progress;
import org.jspecify.annotations.Nullable;

/** A model on the command line: a file, a folder, or a released model's name. */
public final class NamedModel {
    /** What a user may write, for help texts. */
    public static final String KINDS =
            "a checkpoint (safetensors, or PyTorch's .pth or .bin, in the layout of facebook, timm,"
                    + " torchvision or huggingface), a folder with one, or the name of a released model, which is fetched once:"
                    + " facebook/convnext-tiny-224, timm/convnext_tiny.fb_in22k_ft_in1k, convnext_tiny for timm's default,"
                    + " ConvNeXt_Tiny_Weights.IMAGENET1K_V1, convnext_tiny_1k_224_ema.pth, or NAME@REVISION; "
                    + BundledModel.ID
                    + " is the bundled one. HF_HOME, HF_HUB_OFFLINE, HF_TOKEN and TORCH_HOME work as in"
                    + " Python.";

    private NamedModel() {}

    /** The model's files, fetched if they are not there; {@code err} shows how that goes. */
    public static ModelFiles locate(String name, PrintWriter err) {
        if (name.equals(BundledModel.ID) && !Files.exists(Path.of(name))) {
            return new ModelFiles(name, BundledModel.path(), Optional.empty());
        }
        if (!ModelHub.isFile(name)) {
            tellDefault(name.strip(), err);
        }
        try (Bars bars = new Bars(err)) {
            return ModelHub.locate(name, bars);
        }
    }

    /** Says which weights a name without a tag stands for: there are others, which give other results. */
    private static void tellDefault(String name, PrintWriter err) {
        String full = ModelHub.fullName(name);
        String weights = full.replaceFirst("@.*", "");
        if (weights.startsWith("timm/") && !name.contains(".")) {
            err.println("note: " + name + " is " + weights
                    + ", timm's default; other weights have other names behind the" + " point");
            err.flush();
        }
    }

    /** A bar for each file, or a line for each large one where there is no terminal. */
    private static final class Bars implements DownloadListener, AutoCloseable {
        private static final long WORTH_A_LINE_BYTES = 1 << 20;

        private final PrintWriter err;
        private @Nullable Progress bar;

        Bars(PrintWriter err) {
            this.err = err;
        }

        @Override
        public void started(String file, long totalBytes, long presentBytes) {
            if (!Progress.isShown() && totalBytes >= WORTH_A_LINE_BYTES) {
                err.println(String.format(Locale.ROOT, "note: fetching %s, %.1f MiB", file, totalBytes / 1048576.0));
                err.flush();
            }
            bar = Progress.ofBytes(err, file.substring(file.lastIndexOf(' ') + 1), totalBytes, presentBytes);
        }

        @Override
        public void advanced(long presentBytes) {
            if (bar != null) {
                bar.stepTo(presentBytes);
            }
        }

        @Override
        public void finished() {
            close();
        }

        @Override
        public void failed() {
            close();
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
                bar = null;
            }
        }
    }
}

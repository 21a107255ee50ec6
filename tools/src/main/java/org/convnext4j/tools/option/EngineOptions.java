package org.convnext4j.tools.option;

import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.EngineException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which kernels run on how many threads: the options of every command that runs a network. */
public final class EngineOptions {
    @Option(
            names = "--backend",
            paramLabel = "BACKEND",
            defaultValue = "auto",
            description =
                    "The kernels: ${COMPLETION-CANDIDATES}. Any but auto fails rather than fall back. Default: ${DEFAULT-VALUE}.")
    private Backend backend = Backend.AUTO;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "The most threads to run at once. Default: one for each processor.")
    private @Nullable Integer threads;

    /** The backend asked for. */
    public Backend backend() {
        return backend;
    }

    /** The threads asked for, or as many as there are processors. */
    public int threads() {
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /**
     * A new engine, to be closed by the caller, that does the first picture with the kernels of all others: they are
     * compiled before it, which takes a second or two. What a model otherwise begins with gives other last digits, and how
     * many pictures that would do depends on how busy the machine is.
     */
    Engine openSteady() {
        if (backend == Backend.AUTO) {
            try {
                return Engine.create(Backend.VECTOR, threads());
            } catch (EngineException e) {
                // Without vectors the default has one kind of kernels only, and says why.
                return open();
            }
        }
        return open();
    }

    /** A new engine, to be closed by the caller. */
    public Engine open() {
        return Engine.create(backend, threads());
    }
}

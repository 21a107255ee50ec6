package org.convnext4j.model;

import java.util.Optional;
import java.util.OptionalInt;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;

/**
 * Which engine a model runs on.
 *
 * @param shared the caller's; empty for one of the model's own
 * @param backend of the model's own
 * @param threads of the model's own
 */
record EngineChoice(Optional<Engine> shared, Optional<Backend> backend, OptionalInt threads) {
    EngineChoice {
        if (shared.isPresent() && (backend.isPresent() || threads.isPresent())) {
            throw new IllegalArgumentException(
                    "an engine has its backend and threads already; give either an engine or a backend and threads");
        }
        if (threads.isPresent() && threads.getAsInt() < 1) {
            throw new IllegalArgumentException("threads is " + threads.getAsInt() + "; give 1 or more");
        }
    }

    /** The engine, and whether the model closes it. */
    record Opened(Engine engine, boolean owned) {
        Runnable closing() {
            return owned ? engine::close : () -> {};
        }

        void closeIfOwned() {
            closing().run();
        }
    }

    /**
     * The caller's engine, or a new one.
     *
     * @throws org.convnext4j.engine.EngineException if the kernels asked for do not work here
     */
    Opened open() {
        if (shared.isPresent()) {
            return new Opened(shared.get(), false);
        }
        int count = threads.orElseGet(() -> Runtime.getRuntime().availableProcessors());
        return new Opened(Engine.create(backend.orElse(Backend.AUTO), count), true);
    }
}

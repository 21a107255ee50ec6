package org.convnext4j.engine;

import java.util.Optional;

/**
 * Whether a backend works here.
 *
 * @param backend which
 * @param kernels the implementation of each operator, as {@link KernelSet#toString}; empty if it does not work
 * @param reason why these kernels, or why it does not work and how to mend it
 */
public record BackendCheck(Backend backend, Optional<String> kernels, String reason) {
    /** Opens an engine to see. */
    static BackendCheck of(Backend backend) {
        try (Engine engine = Engine.create(backend, 1)) {
            return new BackendCheck(
                    backend,
                    Optional.of(engine.kernels().toString()),
                    engine.kernels().reason());
        } catch (EngineException e) {
            return new BackendCheck(backend, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    /** Whether it works. */
    public boolean works() {
        return kernels.isPresent();
    }
}

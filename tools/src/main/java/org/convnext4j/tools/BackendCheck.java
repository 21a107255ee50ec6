package org.convnext4j.tools;

import java.util.Optional;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.EngineException;

/**
 * Whether a backend works here.
 *
 * @param backend which
 * @param kernels the implementation of each operator; empty if it does not work
 * @param reason why these kernels, or why it does not work and how to mend it
 */
record BackendCheck(Backend backend, Optional<String> kernels, String reason) {
    /** Opens an engine to see. */
    static BackendCheck of(Backend backend) {
        try (Engine engine = Engine.create(backend, 1)) {
            return new BackendCheck(
                    backend,
                    Optional.of(engine.kernels().toString()),
                    engine.kernels().reason());
        } catch (EngineException e) {
            return new BackendCheck(backend, Optional.empty(), Failures.line(e));
        }
    }
}

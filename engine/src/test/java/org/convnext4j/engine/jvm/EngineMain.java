package org.convnext4j.engine.jvm;

import java.util.Locale;
import org.convnext4j.engine.Backend;
import org.convnext4j.engine.Engine;
import org.convnext4j.engine.EngineException;

/** Prints which kernels an engine gets in this JVM, or why it gets none. */
public final class EngineMain {
    private EngineMain() {}

    /** Takes the backend. */
    public static void main(String[] args) {
        try (Engine engine = Engine.create(Backend.valueOf(args[0].toUpperCase(Locale.ROOT)), 1)) {
            System.out.println("KERNELS " + engine.kernels());
            System.out.println("ENGINE " + engine);
        } catch (EngineException e) {
            System.out.println("REFUSED " + e.getMessage());
        }
    }
}

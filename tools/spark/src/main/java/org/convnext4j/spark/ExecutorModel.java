package org.convnext4j.spark;

import java.util.concurrent.ConcurrentHashMap;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;

/**
 * The models of this executor: each is loaded by the first task that asks for it, meanwhile the others wait, and all
 * tasks share it, its packed weights and its threads. They stay until the executor ends, because the next task will want
 * them again: loading takes half a second, and the way to full speed four.
 */
final class ExecutorModel {
    private static final ConcurrentHashMap<ModelSettings, ConvNeXt> MODELS = new ConcurrentHashMap<>();

    private ExecutorModel() {}

    /**
     * The model, safe for use by many tasks at once.
     *
     * @throws org.convnext4j.model.failure.ModelException if it cannot be loaded; the next task tries again
     */
    static ConvNeXt of(ModelSettings settings) {
        return MODELS.computeIfAbsent(settings, ExecutorModel::load);
    }

    /** How many models this executor holds. */
    static int count() {
        return MODELS.size();
    }

    @SuppressWarnings("MustBeClosedChecker") // kept until the executor ends; its threads are daemons
    private static ConvNeXt load(ModelSettings settings) {
        Engine engine = Engine.create(settings.backend(), settings.threads());
        try {
            return settings.shipped()
                    ? ConvNeXt.load(ModelShipment.arrived(settings.model()), engine)
                    : ConvNeXt.load(settings.model(), engine);
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }
}

package org.convnext4j.tools.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.convnext4j.model.Prediction;
import org.convnext4j.model.design.ConvNeXtConfig;
import org.convnext4j.tools.output.Timings;

/**
 * What {@code demo} found out.
 *
 * @param config the network
 * @param answers one for each sample
 * @param threads the engine's
 * @param loadMillis from the file to a model
 * @param firstCallMillis of one picture, before Java has compiled the kernels
 * @param timings of calls with all samples, once it has
 * @param sheet the file with the contact sheet; empty if none could be drawn
 */
record DemoResult(
        ConvNeXtConfig config,
        List<Answer> answers,
        int threads,
        double loadMillis,
        double firstCallMillis,
        Timings timings,
        Optional<Path> sheet) {
    /**
     * What the model says of a sample.
     *
     * @param sample the picture
     * @param truth the name of its class
     * @param guess the most probable class
     */
    record Answer(DemoSample sample, String truth, Prediction guess) {
        boolean isRight() {
            return guess.index() == sample.label();
        }
    }

    /** How many answers are right. */
    static long rights(List<Answer> answers) {
        return answers.stream().filter(Answer::isRight).count();
    }
}

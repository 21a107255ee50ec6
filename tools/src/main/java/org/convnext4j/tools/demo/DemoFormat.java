package org.convnext4j.tools.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.convnext4j.model.failure.Wording;
import org.convnext4j.tools.demo.DemoResult.Answer;
import org.convnext4j.tools.option.BundledModel;
import org.convnext4j.tools.output.Json;
import org.convnext4j.tools.output.Table;
import org.convnext4j.tools.output.Timings;

/** The demo's result as text and as JSON. */
final class DemoFormat {
    private DemoFormat() {}

    /** Tables for people. */
    static void print(DemoResult result, PrintWriter out) {
        out.println(format(
                "%s with %.2f million parameters, trained on Fashion-MNIST; test pictures it has not learned from:",
                result.config().name(), result.config().parameters() / 1e6));
        Table table = new Table("  ").row("picture", "shows", "taken for", "sure", "");
        for (Answer answer : result.answers()) {
            table.row(
                    answer.sample().name(),
                    answer.truth(),
                    answer.guess().label(),
                    format("%5.1f %%", 100 * answer.guess().probability()),
                    answer.isRight() ? "" : "wrong");
        }
        table.print(out);
        out.println();
        Timings timings = result.timings();
        new Table("  ")
                .row(
                        "right",
                        DemoResult.rights(result.answers()) + " of "
                                + result.answers().size())
                .row("loading", format("%.1f ms", result.loadMillis()))
                .row(
                        "first call",
                        format("%.1f ms", result.firstCallMillis()),
                        "one picture, before Java has compiled the kernels")
                .row(
                        "speed",
                        format("%.0f pictures/s", timings.imagesPerSecond()),
                        "then, in calls of " + timings.batch() + " on " + Wording.count(result.threads(), "thread"))
                .print(out);
        result.sheet().ifPresent(file -> out.println("the contact sheet is in " + file.toAbsolutePath()));
    }

    /** An object for programs. */
    static ObjectNode json(DemoResult result) {
        ObjectNode node = Json.object()
                .put("model", BundledModel.ID)
                .put("parameters", result.config().parameters())
                .put("images", result.answers().size())
                .put("right", DemoResult.rights(result.answers()));
        ArrayNode list = node.putArray("predictions");
        for (Answer answer : result.answers()) {
            list.addObject()
                    .put("image", answer.sample().name())
                    .put("truth", answer.truth())
                    .put("label", answer.guess().label())
                    .put("probability", answer.guess().probability())
                    .put("right", answer.isRight());
        }
        return node.put("threads", result.threads())
                .put("loadMillis", Json.rounded(result.loadMillis()))
                .put("firstCallMillis", Json.rounded(result.firstCallMillis()))
                .put("imagesPerSecond", Json.rounded(result.timings().imagesPerSecond()))
                .put("contactSheet", result.sheet().map(Path::toString).orElse(null));
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}

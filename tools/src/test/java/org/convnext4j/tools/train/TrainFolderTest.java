package org.convnext4j.tools.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;
import org.convnext4j.tools.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on a folder: what is chosen, which pictures are set aside, and which classifier is kept. */
class TrainFolderTest {
    private static final List<String> FORMATS = List.of("jpg", "png", "bmp", "gif");

    @TempDir
    private Path temp;

    /** Squares (light on dark) of many sizes and formats in each class's folder; the class says where they are. */
    private static Path draw(Path folder, int perClass, String... classes) throws IOException {
        Random random = new Random(7);
        for (int label = 0; label < classes.length; label++) {
            Path target = Files.createDirectories(folder.resolve(classes[label]));
            for (int i = 0; i < perClass; i++) {
                int width = 48 + random.nextInt(200);
                int height = 48 + random.nextInt(200);
                BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
                Graphics2D graphics = picture.createGraphics();
                graphics.setColor(new Color(200 + random.nextInt(50), 200, 180));
                graphics.fillRect(label % 2 * width / 2, label / 2 * height / 2, width / 2, height / 2);
                graphics.dispose();
                String format = FORMATS.get(i % FORMATS.size());
                assertTrue(ImageIO.write(
                        picture, format, target.resolve(i + "." + format).toFile()));
            }
        }
        return folder;
    }

    private static Cli.Result train(Path data, Path out, Object... rest) {
        List<Object> words = new ArrayList<>(List.of("train", "--data", data, "--out", out, "--threads", 2));
        words.addAll(List.of(rest));
        return Cli.run(words.toArray());
    }

    private static final Object[] SCRATCH = {"--depths", "1,1,1,1", "--dims", "8,8,16,16", "--epochs", 1};

    private static Object[] scratch(Object... rest) {
        List<Object> words = new ArrayList<>(List.of(SCRATCH));
        words.addAll(List.of(rest));
        return words.toArray();
    }

    private static JsonNode config(Path run) throws IOException {
        return new ObjectMapper().readTree(run.resolve("config.json").toFile());
    }

    @Test
    void picturesOfAnySizeAreTrainedOnWithoutAnOption() throws IOException {
        Path data = temp.resolve("data");
        draw(data.resolve("train"), 8, "a", "b", "c");
        draw(data.resolve("valid"), 2, "a", "b", "c");
        Path out = temp.resolve("run");
        Cli.Result result = train(data, out, SCRATCH);
        assertEquals(0, result.code(), result.err());
        assertTrue(result.err().contains("note: for 24 pictures with sides of "), result.err());
        assertTrue(result.err().contains("preset small-folder, pictures of 64 x 64, 1 epoch,"), result.err());
        assertTrue(result.out().contains("6 pictures in 3 classes from " + data.resolve("valid")), result.out());
        assertEquals(64, config(out).at("/pretrained_cfg/input_size/1").asInt());
        assertEquals("squash", config(out).at("/pretrained_cfg/crop_mode").asText());
    }

    @Test
    void paddingFitsPicturesOfAnySizeToo() throws IOException {
        Path data = temp.resolve("data");
        draw(data.resolve("train"), 4, "a", "b");
        Cli.Result result =
                train(data, temp.resolve("run"), scratch("--preset", "cifar", "--set", "pictureSize=64", "--batch", 4));
        assertEquals(0, result.code(), result.err());
    }

    @Test
    void aShareOfAPlainFolderIsSetAsideAndTheRunGoesOnWithIt() throws IOException {
        Path data = draw(temp.resolve("plain"), 10, "a", "b");
        Path whole = temp.resolve("whole");
        Object[] words = scratch("--validation-share", 0.2, "--set", "everySteps=1", "--set", "keep=9", "--seed", 3);
        Cli.Result first = train(data, whole, words);
        assertEquals(0, first.code(), first.err());
        assertFalse(first.err().contains("nothing is measured"), first.err());
        assertTrue(first.out().contains("16 kept for training of 20 pictures in 2 classes from " + data), first.out());
        assertTrue(first.out().contains("4 set aside for validation of 20 pictures"), first.out());
        assertTrue(first.out().contains("epoch 1 of 1"), first.out());

        assertMeasuredAgain(first, whole, data, " --validation-share 0.2 --seed 3");

        Cli.Result again = train(data, whole, "--resume");
        assertEquals(0, again.code(), again.err());
        assertTrue(again.out().contains("4 set aside for validation of 20 pictures"), again.out());
        assertEquals(0, train(data, temp.resolve("same"), words).code());
        assertArrayEquals(
                Files.readAllBytes(whole.resolve("model.safetensors")),
                Files.readAllBytes(temp.resolve("same/model.safetensors")));

        Cli.Result other = train(data, whole, "--resume", "--validation-share", 0.5);
        assertEquals(2, other.code());
        assertTrue(other.complaint().contains("cannot change in a run that goes on; it was 0.2"), other.err());
        Cli.Result seed = train(data, whole, scratch("--validation-share", 0.2, "--set", "everySteps=1", "--seed", 4));
        assertEquals(1, seed.code());
        assertTrue(seed.err().contains("was made by a run with other values (seed: 3 -> 4"), seed.err());
    }

    /** What the run says to type gives the very figures that it says. */
    private static void assertMeasuredAgain(Cli.Result run, Path out, Path data, String options) throws IOException {
        Path model = out.resolve("model.safetensors");
        List<String> lines = run.out().lines().toList();
        String measure = "convnext evaluate --model " + model + " --data " + data + options;
        assertTrue(
                lines.stream().anyMatch(line -> line.startsWith("  measure ") && line.endsWith("  " + measure)),
                run.out());
        List<Object> words = new ArrayList<>(List.of(measure.split(" ", -1)));
        words.remove(0);
        words.add("--json");
        JsonNode json = Cli.run(words.toArray()).json();
        String figures = String.format(
                Locale.ROOT,
                "top-1 %.2f %%, validation loss %.4f, in %s",
                100 * json.path("top1").asDouble(),
                json.path("loss").asDouble(),
                model);
        assertTrue(
                lines.stream().anyMatch(line -> line.startsWith("  best ") && line.endsWith(figures)),
                run.out() + ", but " + figures);
        assertEquals(4, json.path("images").asInt());
        assertEquals(0.2, json.path("validationShare").asDouble());
    }

    @Test
    void aShareToMeasureOnIsOfTheSamePicturesOrRefused() throws IOException {
        Path data = draw(temp.resolve("plain"), 10, "a", "b");
        Path out = temp.resolve("run");
        Cli.Result run = train(data, out, scratch("--validation-share", 0.2));
        assertMeasuredAgain(run, out, data, " --validation-share 0.2");
        Object[] evaluate = {"evaluate", "--model", out.resolve("model.safetensors"), "--data", data};
        for (List<Object> rest :
                List.<List<Object>>of(List.of("--seed", 3), List.of("--validation-share", 0.2, "--split", "train"))) {
            List<Object> words = new ArrayList<>(List.of(evaluate));
            words.addAll(rest);
            Cli.Result wrong = Cli.run(words.toArray());
            assertEquals(2, wrong.code(), wrong.out());
            assertTrue(wrong.complaint().contains(" does nothing here: "), wrong.err());
        }
        draw(temp.resolve("split/train"), 4, "a", "b");
        draw(temp.resolve("split/val"), 2, "a", "b");
        Path split = temp.resolve("split");
        Cli.Result both = Cli.run(
                "evaluate", "--model", out.resolve("model.safetensors"), "--data", split, "--validation-share", 0.2);
        assertEquals(2, both.code());
        assertTrue(both.complaint().contains("--validation-share is for data without validation pictures"), both.err());
    }

    @Test
    void aShareIsOnlyForDataWithoutValidation() throws IOException {
        Path data = temp.resolve("data");
        draw(data.resolve("train"), 4, "a", "b");
        Cli.Result without = train(data, temp.resolve("without"), scratch("--batch", 4));
        assertEquals(0, without.code(), without.err());
        assertTrue(
                without.err().contains("note: nothing is measured on the way: " + data + " has no folder val, valid"),
                without.err());
        assertTrue(without.err().contains("--validation-share 0.2 sets a part of the training"), without.err());
        draw(data.resolve("val"), 2, "a", "b");
        Cli.Result both = train(data, temp.resolve("both"), scratch("--validation-share", 0.2));
        assertEquals(2, both.code());
        assertTrue(both.complaint().contains("but there are 4 pictures in 2 classes from"), both.err());
        assertFalse(Files.exists(temp.resolve("both")));
        Cli.Result wrong = train(data, temp.resolve("both"), scratch("--validation-share", 20));
        assertEquals(2, wrong.code());
        assertTrue(wrong.complaint().contains("'20' is not a number above 0 and below 1, e.g. 0.2"), wrong.err());
        Path tiny = draw(temp.resolve("tiny"), 2, "a", "b");
        Cli.Result nothing = train(tiny, temp.resolve("both"), scratch("--validation-share", 0.2));
        assertEquals(1, nothing.code());
        assertTrue(nothing.complaint().contains("leaves no picture to measure on"), nothing.err());
    }

    @Test
    void fineTuningTakesTheModelsOwnPicturesAndSaysWhatBecomesOfItsClassifier() throws IOException {
        Path data = temp.resolve("data");
        draw(data.resolve("train"), 8, "a", "b", "c");
        draw(data.resolve("val"), 4, "a", "b", "c");
        Path first = temp.resolve("first");
        assertEquals(
                0,
                train(data, first, scratch("--set", "pictureSize=64", "--batch", 6))
                        .code());
        Path model = first.resolve("model.safetensors");
        JsonNode before =
                Cli.run("evaluate", "--model", model, "--data", data, "--json").json();

        Object[] still = {"--model", model, "--epochs", 1, "--lr", 1e-30, "--set", "minLearningRate=0", "--batch", 6};
        Path tuned = temp.resolve("tuned");
        Cli.Result result = train(data, tuned, still);
        assertEquals(0, result.code(), result.err());
        assertTrue(result.err().contains("note: pictures are prepared as " + model + " has it: 64 x 64"), result.err());
        assertTrue(result.err().contains("note: the classifier is kept, because its classes are those"), result.err());
        JsonNode after = Cli.run("evaluate", "--model", tuned.resolve("model.safetensors"), "--data", data, "--json")
                .json();
        assertEquals(before.path("top1"), after.path("top1"));
        assertEquals(before.path("loss").asDouble(), after.path("loss").asDouble(), 1e-6);
        assertEquals(config(first).path("pretrained_cfg"), config(tuned).path("pretrained_cfg"));

        List<Object> fresh = new ArrayList<>(List.of(still));
        fresh.addAll(List.of("--fresh-head", "--set", "augmentation.pictureSize=96"));
        Cli.Result anew = train(data, temp.resolve("anew"), fresh.toArray());
        assertEquals(0, anew.code(), anew.err());
        assertTrue(anew.err().contains("note: the classifier is drawn anew, as asked"), anew.err());
        assertTrue(
                anew.err().contains("augmentation.pictureSize is as it is set, not 64 as the model's own"), anew.err());
        assertEquals(
                96,
                config(temp.resolve("anew")).at("/pretrained_cfg/input_size/1").asInt());

        Path others = temp.resolve("others");
        draw(others.resolve("train"), 8, "x", "y", "z");
        Cli.Result renamed = train(others, temp.resolve("renamed"), still);
        assertTrue(
                renamed.err().contains("the classifier is drawn anew, because its classes are others"), renamed.err());
        fresh.clear();
        fresh.addAll(List.of(still));
        fresh.add("--keep-head");
        Cli.Result kept = train(others, temp.resolve("kept"), fresh.toArray());
        assertTrue(kept.err().contains("the classifier is kept, as asked, but it learned other classes"), kept.err());
    }

    @Test
    void aRunIsNoFolderAmongTheClassesAndWritesOverNoModel() throws IOException {
        Path data = draw(temp.resolve("plain"), 2, "a", "b");
        Path classes = Files.isDirectory(data.resolve("train")) ? data.resolve("train") : data;
        assertUsage("would be a folder among those of the classes", train(data, classes.resolve("run"), scratch()));
        Path idx = TinyIdx.write(temp.resolve("idx"), 8, 4);
        Cli.Result beside = train(idx, idx.resolve("run"), scratch());
        assertEquals(0, beside.code(), beside.err());
        Path mine = Files.createDirectories(temp.resolve("mine"));
        Path model = Files.copy(Cli.toy("timm.safetensors"), mine.resolve("model.safetensors"));
        byte[] before = Files.readAllBytes(model);
        Cli.Result result = train(data, mine, "--model", model, "--epochs", 1);
        assertEquals(1, result.code(), result.err());
        assertTrue(result.err().contains(model + ": is not of a run, and would be written over"), result.err());
        assertArrayEquals(before, Files.readAllBytes(model));
    }

    /** ConvNeXt V2 and a network without stages, by name; the first run goes on where it ended. */
    @Test
    void otherFamiliesTrainToo() throws IOException {
        Path data = temp.resolve("data");
        draw(data.resolve("train"), 4, "a", "b");
        draw(data.resolve("val"), 2, "a", "b");
        Path run = temp.resolve("v2");
        Object[] v2 = {"--variant", "convnextv2_atto", "--set", "pictureSize=32", "--batch", 4, "--epochs", 1};
        Cli.Result first = train(data, run, v2);
        assertEquals(0, first.code(), first.err());
        Cli.Result more = train(data, run, "--resume", "--epochs", 2);
        assertEquals(0, more.code(), more.err());
        JsonNode inspected =
                Cli.run("inspect", run.resolve("last.safetensors"), "--json").json();
        assertTrue(inspected.toString().contains("\"responseNorm\":true"), inspected.toString());
        Cli.Result tuned = train(
                data, temp.resolve("tuned"), "--model", run.resolve("model.safetensors"), "--batch", 4, "--epochs", 1);
        assertEquals(0, tuned.code(), tuned.err());
        Object[] overlapping = {"--variant", "zepto-rms-ols", "--set", "pictureSize=32", "--batch", 4, "--epochs", 1};
        Path rms = temp.resolve("rms");
        Cli.Result result = train(data, rms, overlapping);
        assertEquals(0, result.code(), result.err());
        Cli.Result answer = Cli.run("evaluate", "--model", rms.resolve("model.safetensors"), "--data", data, "--json");
        assertEquals(0, answer.code(), answer.err());
    }

    @Test
    void whatCannotBeTrainedIsWrongUsage() throws IOException {
        Path data = draw(temp.resolve("data"), 2, "a", "b");
        Path out = temp.resolve("run");
        assertUsage("--fresh-head is about the classifier of --model", train(data, out, scratch("--fresh-head")));
        assertUsage("exclude each other", train(data, out, "--model", "x.pth", "--fresh-head", "--keep-head"));
        String help = Cli.run("train", "--help").out();
        for (String word : List.of("atto", "nano", "xlarge", "small-folder", "--validation-share", "--keep-head")) {
            assertTrue(help.contains(word), word + " in " + help);
        }
    }

    private static void assertUsage(String part, Cli.Result result) {
        assertEquals(2, result.code(), result.err());
        assertTrue(result.err().contains(part), result.err());
    }

    @Test
    void aShortRunSaysWhatIsShortenedAndAnAverageThatOutlastsIt() throws IOException {
        Path data = draw(temp.resolve("data"), 8, "a", "b");
        Object[] paper = scratch("--preset", "tiny-1k", "--set", "pictureSize=64");
        Cli.Result fitted = train(data, temp.resolve("fitted"), paper);
        assertEquals(0, fitted.code(), fitted.err());
        assertTrue(fitted.err().contains("a step takes 16 instead of 4096"), fitted.err());
        assertTrue(fitted.err().contains("so the average of the weights is left out"), fitted.err());
        assertFalse(fitted.err().contains("outlasts"), fitted.err());
        List<Object> own = new ArrayList<>(List.of(paper));
        own.addAll(List.of("--set", "ema.decay=0.9999"));
        Cli.Result outlasting = train(data, temp.resolve("outlasting"), own.toArray());
        assertTrue(
                outlasting.err().contains("the average of the weights outlasts the run: with ema.decay 0.9999, 100 %"),
                outlasting.err());
    }
}

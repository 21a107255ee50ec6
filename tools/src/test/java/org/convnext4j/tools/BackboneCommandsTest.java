package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackboneCommandsTest {
    @TempDir
    private Path folder;

    private static Cli.Result run(String command, Object... rest) {
        List<Object> words = new ArrayList<>(List.of(command, "--model", Cli.toy("timm.safetensors")));
        words.addAll(List.of(rest));
        return Cli.run(words.toArray());
    }

    @Test
    void theSamePictureIsMostSimilarAndOnlyTheTopIsNamed() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < 20; i++) {
            Files.copy(Cli.image("flower.jpg"), pictures.resolve("flower" + (i + 10) + ".jpg"));
        }
        Path same = Files.copy(Cli.image("china.jpg"), pictures.resolve("z.jpg"));
        JsonNode found = run("similar", "--json", "--top", 3, Cli.image("china.jpg"), pictures)
                .json();
        assertEquals(Cli.image("china.jpg").toString(), found.path("query").asText());
        JsonNode hits = found.path("similar");
        assertEquals(3, hits.size());
        assertEquals(same.toString(), hits.path(0).path("image").asText());
        assertEquals(1, hits.path(0).path("cosine").asDouble(), 1e-6);
        assertTrue(hits.path(1).path("cosine").asDouble() < 0.9999, hits.toString());
        Files.writeString(pictures.resolve("a.jpg"), "no picture");
        Cli.Result table = run("similar", "--top", 1, Cli.image("china.jpg"), pictures);
        assertEquals(1, table.code());
        assertTrue(table.out().matches(" 1\\.0000  \\Q" + same + "\\E\\R"), table.out());
        assertTrue(table.complaint().contains("a.jpg"), table.err());
    }

    @Test
    void anExplanationIsAPictureAndALine() throws IOException {
        Path out = folder.resolve("map.png");
        Cli.Result result = run("explain", Cli.image("china.jpg"), out, "--preprocess", "timm-224");
        assertEquals(0, result.code(), result.err());
        JsonNode line = new ObjectMapper()
                .readTree(run("classify", "--json", "--preprocess", "timm-224", Cli.image("china.jpg"))
                        .out());
        String label = line.path("predictions").path(0).path("label").asText();
        assertTrue(result.out().contains(label + "  ["), result.out());
        assertTrue(result.out().contains("7 x 7 places"), result.out());
        BufferedImage image = ImageIO.read(out.toFile());
        assertEquals(448, image.getWidth());
        assertEquals(448, image.getHeight());
        Cli.Result byHead = run("explain", Cli.image("china.jpg"), folder.resolve("5.png"), "--method", "head");
        assertEquals(0, byHead.code(), byHead.err());
        assertFalse(byHead.out().equals(result.out()), "another map");
        for (Object name : List.of(3, "class-3", "Class 3", "CLASS_3")) {
            Cli.Result other = run("explain", Cli.image("china.jpg"), folder.resolve("2.png"), "--class", name);
            assertTrue(other.out().contains("class-3  [3]"), other.out());
        }
        Cli.Result mistyped = run("explain", Cli.image("china.jpg"), folder.resolve("3.png"), "--class", "clas-3");
        assertEquals(1, mistyped.code());
        assertTrue(mistyped.complaint().contains("has no class clas-3; did you mean class-3 [3]?"), mistyped.err());
        for (Object wrong : List.of(10, -1)) {
            Cli.Result refused = run("explain", Cli.image("china.jpg"), folder.resolve("3.png"), "--class=" + wrong);
            assertEquals(1, refused.code());
            assertTrue(refused.complaint().contains("has no class " + wrong), refused.err());
            assertFalse(Files.exists(folder.resolve("3.png")));
        }
        assertEquals(
                2,
                run("explain", Cli.image("china.jpg"), folder.resolve("4.gif")).code());
    }
}

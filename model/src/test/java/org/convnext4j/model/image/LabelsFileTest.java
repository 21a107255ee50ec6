package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsFileTest {
    @TempDir
    private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("names.txt"), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat\ndog, hound\n7\n",
                "\uFEFFcat\r\n  dog, hound\t\r\n7\r\n\r\n\n",
                "[\"cat\", \"dog, hound\", 7]",
                " \n [\"cat\", \"dog, hound\", \"7\"]",
                "{\"2\":\"7\",\"0\":\"cat\",\"1\":\"dog, hound\"}",
                "{\"7\":2,\"cat\":0,\"dog, hound\":1}",
                "{\"id2label\":{\"0\":\"cat\",\"1\":\"dog, hound\",\"2\":7},\"model_type\":\"convnext\"}",
                "{\"label2id\":{\"7\":2,\"cat\":0,\"dog, hound\":1}}",
                "{\"label_names\":[\"cat\",\"dog, hound\",\"7\"]}"
            })
    void everyWayToWriteThemDown(String text) throws IOException {
        assertEquals(new Labels(List.of("cat", "dog, hound", "7")), Labels.read(file(text)));
    }

    @Test
    void whatNamesNothingIsRefusedByWhatIsWrong() throws IOException {
        assertRefused("", "holds no names");
        assertRefused(" \n\n", "holds no names");
        assertRefused("cat\n\ndog\n", "line 2 has no name");
        assertRefused("\ncat\n", "line 1 has no name");
        assertRefused("[\"cat\",", "is not valid JSON");
        assertRefused("[]", "must be a list with a name for each class");
        assertRefused("{}", "must be an object with a name for each class");
        assertRefused("[[\"cat\"]]", "must hold texts or numbers");
        assertRefused("{\"0\":\"cat\",\"2\":\"dog\"}", "the key '2', but its 2 keys must be 0..1");
        assertRefused("{\"cat\":0,\"dog\":0}", "numbers must be 0..1, each once");
        Files.write(folder.resolve("names.txt"), new byte[] {'c', (byte) 0xe9, '\n'});
        ConfigException e = assertThrows(ConfigException.class, () -> Labels.read(folder.resolve("names.txt")));
        assertTrue(Resources.message(e).contains("is no text in UTF-8"), e.getMessage());
        ConfigException none = assertThrows(ConfigException.class, () -> Labels.read(folder.resolve("none.txt")));
        assertTrue(Resources.message(none).contains("none.txt: does not exist; check the name"), none.getMessage());
    }

    private void assertRefused(String text, String reason) throws IOException {
        Path file = file(text);
        ConfigException e = assertThrows(ConfigException.class, () -> Labels.read(file), text);
        assertTrue(Resources.message(e).startsWith(file + ": "), e.getMessage());
        assertTrue(Resources.message(e).contains(reason), e.getMessage());
    }
}

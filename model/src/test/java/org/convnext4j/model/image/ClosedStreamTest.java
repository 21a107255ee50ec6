package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClosedStreamTest {
    @TempDir
    private Path folder;

    @Test
    void aStreamThatIsClosedIsSaidToBe() throws IOException {
        InputStream stream = Files.newInputStream(Files.write(folder.resolve("picture.png"), new byte[9]));
        stream.close();
        ImageException refusal = assertThrows(ImageException.class, () -> new ImageReader().read(stream, "mine"));
        assertEquals(
                "mine: cannot be read (the stream is closed); check the source and try again", refusal.getMessage());
    }
}

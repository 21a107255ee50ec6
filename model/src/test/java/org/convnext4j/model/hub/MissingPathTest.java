package org.convnext4j.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MissingPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".",
                "..",
                "./model",
                "../model",
                "/home/me/model",
                "~/model",
                "~me",
                "runs/mine/best",
                "runs/",
                "weights/model.safetensors",
                "weights/model.PTH",
                "weights/config.json",
                "facebook/convnext.bin"
            })
    void aPathOfNothingIsNoName(String text) {
        HubException refusal = assertThrows(HubException.class, () -> ModelName.parse(text));
        assertEquals(HubException.Reason.BAD_NAME, refusal.reason());
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.startsWith(text + ": there is no such file or folder"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org/name",
                "org/name@refs/pr/3",
                "org/name@v1.bin/x",
                "hf_hub:org/name",
                "hf_hub:org/name.bin",
                "convnext_tiny",
                "convnext_tiny_1k_224_ema.pth"
            })
    void namesStayNames(String text) {
        assertInstanceOf(ModelName.class, ModelName.parse(text));
    }

    @Test
    void theMessageTellsWhatIsMissingAndTheMend() {
        assertEquals(
                "runs/none/x.pth: there is no such file or folder, and no folder " + Path.of("runs", "none"),
                MissingPath.refusal("runs/none/x.pth").getMessage());
        assertTrue(
                String.valueOf(MissingPath.refusal("~/x").getMessage()).contains("name the folder in full"),
                MissingPath.refusal("~/x").getMessage());
        assertEquals(
                "src/mine.bin: there is no such file or folder",
                MissingPath.refusal("src/mine.bin").getMessage());
    }

    /** Tests run in their module's folder, which has {@code src}: no server is named, and none is needed. */
    @Test
    void aNameInAFolderThatIsThereIsRefusedWithoutAskingAnybody() {
        assertTrue(MissingPath.isInFolder("src/mine"));
        assertFalse(MissingPath.isInFolder("no-such-folder/mine"));
        assertFalse(MissingPath.isInFolder("mine"));
        HubException refusal =
                assertThrows(HubException.class, () -> ModelHub.locate("src/mine", DownloadListener.SILENT));
        assertEquals(
                "src/mine: there is no such file or folder; if a model of the hub is meant, write hf_hub:src/mine",
                refusal.getMessage());
    }
}

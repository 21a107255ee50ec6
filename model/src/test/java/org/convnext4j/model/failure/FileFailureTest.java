package org.convnext4j.model.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileFailureTest {
    /** Neither a class of Java's, nor the file's name again. */
    @Test
    void everyKindIsPutIntoWords() {
        for (IOException e : List.of(
                new NoSuchFileException("name"),
                new FileNotFoundException(),
                new AccessDeniedException("name"),
                new FileAlreadyExistsException("name"),
                new NotDirectoryException("name"),
                new DirectoryNotEmptyException("name"),
                new FileSystemException("name"),
                new EOFException(),
                new ClosedChannelException(),
                new MalformedInputException(1),
                new IOException())) {
            String words = FileFailure.reason(e);
            assertFalse(words.contains("Exception") || words.contains("name") || words.isBlank(), words);
            assertEquals(words, FileFailure.reason(new UncheckedIOException(e)));
        }
    }

    @Test
    void theSystemsOwnWordsAreKept() {
        assertEquals("No space left on device", FileFailure.reason(new IOException("No space left on device")));
        assertEquals("Is a loop", FileFailure.reason(new FileSystemException("name", null, "Is a loop")));
        assertTrue(FileFailure.reason(new IOException("Too many open files")).contains("ulimit -n"));
    }
}

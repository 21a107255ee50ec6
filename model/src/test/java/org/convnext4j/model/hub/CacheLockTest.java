package org.convnext4j.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheLockTest {
    @TempDir
    private Path folder;

    @Test
    void oneAtATime() throws IOException {
        List<CacheLock.Kind> kinds = new ArrayList<>(List.of(JavaFileLock::tryTake));
        if (LinuxFileLock.isUsable()) {
            kinds.add(LinuxFileLock::tryTake);
        }
        for (CacheLock.Kind kind : kinds) {
            Path file = folder.resolve("some.lock");
            Closeable first = kind.tryTake(file).orElseThrow();
            assertEquals(Optional.empty(), kind.tryTake(file));
            assertEquals(Optional.empty(), kind.tryTake(file));
            first.close();
            kind.tryTake(file).orElseThrow().close();
            assertTrue(Files.exists(file), "taking it away would let two in at once");
        }
    }

    @Test
    void theKindForLinuxIsTested() {
        boolean linux = System.getProperty("os.name", "").equals("Linux");
        assertEquals(linux, LinuxFileLock.isUsable());
    }

    /** What Python's file locks call is what this tool calls. */
    @Test
    void flockOfAnotherProgramIsSeen() throws IOException, InterruptedException {
        Path tool = Path.of("/usr/bin/flock");
        Assumptions.assumeTrue(Files.isExecutable(tool) && LinuxFileLock.isUsable());
        Path file = folder.resolve("other.lock");
        Process holder =
                new ProcessBuilder(tool.toString(), file.toString(), "sh", "-c", "echo held; exec sleep 600").start();
        try {
            assertEquals('h', holder.getInputStream().read());
            assertEquals(Optional.empty(), LinuxFileLock.tryTake(file));
        } finally {
            // Both have the lock's descriptor, and a killed process has it until the system has cleared it away.
            List<ProcessHandle> descendants = holder.descendants().toList();
            descendants.forEach(ProcessHandle::destroyForcibly);
            holder.destroyForcibly();
            assertTrue(holder.waitFor(60, TimeUnit.SECONDS));
            descendants.forEach(
                    one -> one.onExit().orTimeout(60, TimeUnit.SECONDS).join());
        }
        try (Closeable mine = LinuxFileLock.tryTake(file).orElseThrow()) {
            Process other = new ProcessBuilder(tool.toString(), "-n", file.toString(), "true").start();
            assertTrue(other.waitFor(60, TimeUnit.SECONDS));
            assertEquals(1, other.exitValue(), "Java's lock keeps the other out: " + mine);
        }
    }

    @Test
    void theNextWaits() throws IOException, InterruptedException {
        Path file = folder.resolve("a").resolve("b.lock");
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                try {
                    CacheLock.holding(file, "test", () -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        LockSupport.parkNanos(1_000_000);
                        return inside.decrementAndGet();
                    });
                } catch (IOException e) {
                    most.set(-1);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join(60_000);
            assertFalse(thread.isAlive());
        }
        assertEquals(1, most.get());
    }

    @Test
    void waitingEndsWithAnInterrupt() throws IOException {
        Path file = folder.resolve("c.lock");
        CacheLock.holding(file, "test", () -> {
            Thread.currentThread().interrupt();
            HubException refusal =
                    assertThrows(HubException.class, () -> CacheLock.holding(file, "test", () -> "never"));
            assertEquals(HubException.Reason.INTERRUPTED, refusal.reason());
            return Thread.interrupted();
        });
    }

    @Test
    void aFailureSetsItFree() throws IOException {
        Path file = folder.resolve("d.lock");
        assertThrows(
                IOException.class,
                () -> CacheLock.holding(file, "test", () -> {
                    throw new IOException("in vain");
                }));
        assertEquals("again", CacheLock.holding(file, "test", () -> "again"));
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidSo() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "").resolve("x.lock");
        HubException refusal = assertThrows(HubException.class, () -> CacheLock.holding(file, "test", () -> "never"));
        assertEquals(HubException.Reason.DISK, refusal.reason());
    }
}

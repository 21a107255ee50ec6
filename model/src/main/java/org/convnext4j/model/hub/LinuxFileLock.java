package org.convnext4j.model.hub;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The locks of Linux's {@code flock}, which Python's clients take. Java's own are {@code fcntl}'s, and on Linux the two
 * kinds do not see each other.
 */
final class LinuxFileLock {
    private static final int EXCLUSIVE_AT_ONCE = 2 | 4; // LOCK_EX | LOCK_NB
    private static final int WOULD_BLOCK = 11; // EWOULDBLOCK, the same on x86-64 and AArch64
    private static final int TOO_MANY_LINKS = 40; // ELOOP, what open says of a link that it is not to follow
    private static final int NO_HANDLES = 24; // EMFILE
    private static final int MODE = 0666; // less the user's umask

    private LinuxFileLock() {}

    /** Whether this is Linux and Java may call it. */
    static boolean isUsable() {
        String processor = System.getProperty("os.arch", "");
        return System.getProperty("os.name", "").equals("Linux")
                && (processor.equals("amd64") || processor.equals("aarch64"))
                && LinuxFileLock.class.getModule().isNativeAccessEnabled();
    }

    static Optional<Closeable> tryTake(Path file) throws IOException {
        int descriptor = Calls.open(file);
        boolean taken = false;
        try {
            taken = Calls.flock(descriptor, file);
        } finally {
            if (!taken) {
                Calls.close(descriptor);
            }
        }
        return taken ? Optional.of(() -> Calls.close(descriptor)) : Optional.empty();
    }

    /** Apart, so that nothing is linked where it is not wanted. */
    private static final class Calls {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final StructLayout STATE = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        private static final MethodHandle OPEN = LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow("open"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(2));
        private static final MethodHandle FLOCK = find("flock", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        private static final MethodHandle CLOSE = find("close", ValueLayout.JAVA_INT);

        private static MethodHandle find(String name, MemoryLayout... arguments) {
            return LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow(name),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
                    Linker.Option.captureCallState("errno"));
        }

        /** Follows no link: a file elsewhere is not to be made or locked in its place. */
        static int open(Path file) throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(STATE);
                int descriptor = (int) OPEN.invokeExact(state, name(file, arena), flags(), MODE);
                if (descriptor < 0) {
                    throw new IOException(words((int) ERRNO.get(state, 0L)) + " of open");
                }
                return descriptor;
            } catch (IOException e) {
                throw e;
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        /** The name as Java's own calls give it to the system. */
        private static MemorySegment name(Path file, Arena arena) {
            byte[] bytes = file.toString().getBytes(Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
            MemorySegment name = arena.allocate(bytes.length + 1L);
            MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, 0, bytes.length);
            return name;
        }

        /** O_RDWR, O_CREAT, O_CLOEXEC and O_NOFOLLOW, the last of which has another number on each processor. */
        private static int flags() {
            return 2 | 0100 | 02000000 | (System.getProperty("os.arch", "").equals("aarch64") ? 0100000 : 0400000);
        }

        private static String words(int error) {
            return "error " + error
                    + (error == TOO_MANY_LINKS ? " (a symbolic link)" : "")
                    + (error == NO_HANDLES ? " (too many open files)" : "");
        }

        /** Whether nobody else has the lock. */
        static boolean flock(int descriptor, Path file) throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(STATE);
                if ((int) FLOCK.invokeExact(state, descriptor, EXCLUSIVE_AT_ONCE) == 0) {
                    return true;
                }
                int error = (int) ERRNO.get(state, 0L);
                if (error != WOULD_BLOCK) {
                    throw new IOException("error " + error + " of flock on " + file);
                }
                return false;
            } catch (IOException e) {
                throw e;
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        /** The lock goes with the file's descriptor. */
        static void close(int descriptor) throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(STATE);
                if ((int) CLOSE.invokeExact(state, descriptor) != 0) {
                    throw new IOException("error " + (int) ERRNO.get(state, 0L) + " of close");
                }
            } catch (IOException e) {
                throw e;
            } catch (Throwable e) {
                throw unexpected(e);
            }
        }

        private static IOException unexpected(Throwable e) {
            return new IOException("a call of the C library failed: " + e, e);
        }
    }
}

package org.convnext4j.bindings;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Memory for blocks of many megabytes, in huge pages where Linux gives them. An arena's own memory comes in pages of 4
 * KiB, and each costs a fault when it is first touched: for the 114 MB of ConvNeXt-Tiny 28,000 of them, which take tens
 * of milliseconds on bare metal and 0.3 s in some virtual machines, where 55 huge pages take a twentieth of that.
 */
public final class LargeMemory {
    /** The size of a huge page on x86-64 and on AArch64 with pages of 4 KiB. */
    private static final long HUGE_PAGE_BYTES = 2 << 20;

    /** Below this, a mapping of its own is not worth it. */
    private static final long MIN_BYTES = 4 * HUGE_PAGE_BYTES;

    private LargeMemory() {}

    /**
     * Memory that lives as long as an arena, all zeros. It is the arena's own where it is small, where this is not Linux,
     * or where Java may not call native code without a warning.
     *
     * @param bytes how many, not negative
     * @param alignmentBytes where it starts, a power of two up to 4096
     * @throws OutOfMemoryError if there is no such memory
     */
    public static MemorySegment allocate(Arena arena, long bytes, long alignmentBytes) {
        boolean huge = bytes >= MIN_BYTES
                && bytes <= Long.MAX_VALUE - 2 * HUGE_PAGE_BYTES
                && System.getProperty("os.name", "").equals("Linux")
                && LargeMemory.class.getModule().isNativeAccessEnabled();
        return (huge ? map(arena, bytes) : Optional.<MemorySegment>empty())
                .orElseGet(() -> arena.allocate(bytes, alignmentBytes));
    }

    /** Empty if the system says no; then the arena says why. */
    private static Optional<MemorySegment> map(Arena arena, long bytes) {
        long pages = (bytes + HUGE_PAGE_BYTES - 1) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
        // One page more, so that a boundary of huge pages lies within the first; nothing outside is ever touched.
        long mappedBytes = pages + HUGE_PAGE_BYTES;
        long address = Calls.map(mappedBytes);
        if (address == Calls.FAILED) {
            return Optional.empty();
        }
        boolean owned = false;
        try {
            MemorySegment mapped = MemorySegment.ofAddress(address)
                    .reinterpret(mappedBytes, arena, segment -> Calls.unmap(address, mappedBytes));
            owned = true;
            long start = -address & (HUGE_PAGE_BYTES - 1);
            Calls.adviseHugePages(address + start, pages);
            return Optional.of(mapped.asSlice(start, bytes));
        } finally {
            if (!owned) {
                Calls.unmap(address, mappedBytes);
            }
        }
    }

    /** Functions of the C library; apart, so that nothing is linked where it is not wanted. */
    private static final class Calls {
        static final long FAILED = -1;

        private static final int READ_WRITE = 1 | 2; // PROT_READ | PROT_WRITE
        private static final int PRIVATE_ANONYMOUS = 2 | 0x20; // MAP_PRIVATE | MAP_ANONYMOUS
        private static final int HUGE_PAGES = 14; // MADV_HUGEPAGE

        private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
        private static final MethodHandle MMAP =
                find("mmap", FunctionDescriptor.of(LONG, LONG, LONG, INT, INT, INT, LONG));
        private static final MethodHandle MADVISE = find("madvise", FunctionDescriptor.ofVoid(LONG, LONG, INT));
        private static final MethodHandle MUNMAP = find("munmap", FunctionDescriptor.ofVoid(LONG, LONG));

        private static MethodHandle find(String name, FunctionDescriptor descriptor) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
        }

        static long map(long bytes) {
            try {
                return (long) MMAP.invokeExact(0L, bytes, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
            } catch (Throwable e) {
                throw OpenBlasInfo.unexpected(e);
            }
        }

        /** Advice only: a system without huge pages says no, and all is well. */
        static void adviseHugePages(long address, long bytes) {
            try {
                MADVISE.invokeExact(address, bytes, HUGE_PAGES);
            } catch (Throwable e) {
                throw OpenBlasInfo.unexpected(e);
            }
        }

        static void unmap(long address, long bytes) {
            try {
                MUNMAP.invokeExact(address, bytes);
            } catch (Throwable e) {
                throw OpenBlasInfo.unexpected(e);
            }
        }
    }
}

package org.convnext4j.engine.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The vector kernels in a fresh default JVM. A method that a compiler gives up on stays in the interpreter, thousands of
 * times slower and without a word; a vector that is not kept in a register is an object per operation.
 */
@Tag("slow")
class CompilationTest {
    /**
     * The reason for which the JVM throws one compilation away and does another soon after: a class was loaded meanwhile
     * that the finished code had assumed to be absent. Any other reason lasts as long as the JVM.
     */
    private static final String TRANSIENT = "COMPILE SKIPPED: concurrent class loading";

    @Test
    void everyKernelCompilesAndAllocatesNothing() {
        assertCompilesAndAllocatesNothing(List.of());
    }

    /** The 16 registers of AVX2 have tiles of their own. */
    @Test
    @EnabledIfSystemProperty(named = "os.arch", matches = "amd64|x86_64")
    void everyKernelCompilesAndAllocatesNothingWithAvx2() {
        assertCompilesAndAllocatesNothing(List.of("-XX:UseAVX=2"));
    }

    /**
     * What C2 knows about the classes that a call meets depends on when it gets to compile it. Without that knowledge it
     * must find out the species by itself, in every kernel: else how fast one is depends on chance.
     */
    @Test
    void everyKernelAllocatesNothingWithoutTypeProfiles() {
        assertCompilesAndAllocatesNothing(List.of("-XX:-UseTypeProfile"));
    }

    private static void assertCompilesAndAllocatesNothing(List<String> moreFlags) {
        List<String> flags = new ArrayList<>(ChildJvm.USUAL);
        flags.addAll(moreFlags);
        flags.add("-XX:+PrintCompilation");
        ChildJvm child = ChildJvm.run(flags, WarmUpMain.class);
        assertEquals(0, child.exit(), child.output());

        List<String> lines = child.output().lines().toList();
        assertTrue(
                lines.stream().anyMatch(line -> line.contains("org.convnext4j.engine.vector")),
                "the compilation log shows no kernel: " + child.output());
        List<String> skipped = lines.stream()
                .filter(line -> line.contains("COMPILE SKIPPED") && line.contains("org.convnext4j"))
                .filter(line -> !line.contains(TRANSIENT))
                .toList();
        assertEquals(List.of(), skipped);

        List<String> allocated = lines.stream()
                .filter(line -> line.startsWith(WarmUpMain.ALLOCATED))
                .toList();
        assertTrue(allocated.size() > 150, "the child measured " + allocated);
        List<String> wasteful = allocated.stream()
                .filter(line -> !line.startsWith(WarmUpMain.ALLOCATED + "0 "))
                .toList();
        assertEquals(List.of(), wasteful);
    }
}

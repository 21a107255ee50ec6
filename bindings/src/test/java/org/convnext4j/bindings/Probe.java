package org.convnext4j.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.convnext4j.bindings.openblas.OpenBlas;

/** What tests run in another class loader or another JVM. */
public final class Probe {
    private Probe() {}

    /**
     * Loads, computes and prints what was found, one {@code key=value} a line.
     *
     * @param arguments none
     * @throws Exception if anything fails, which makes the JVM end with code 1
     */
    public static void main(String[] arguments) throws Exception {
        long before = threadsNamedLikeTheFirst();
        float product = product();
        OpenBlasLibrary blas = OpenBlasLibrary.load();
        System.out.println("product=" + product);
        System.out.println("path=" + blas.path());
        System.out.println("core=" + blas.coreName());
        System.out.println("version=" + blas.version());
        System.out.println("threads=" + blas.threads());
        System.out.println("warning=" + blas.coreTypeWarning().orElse(""));
        System.out.println("workers=" + (threadsNamedLikeTheFirst() - before));
    }

    /** The product of (1 2) and (3 4), transposed. */
    static float product() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2);
            MemorySegment b = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 3, 4);
            MemorySegment c = arena.allocate(ValueLayout.JAVA_FLOAT);
            OpenBlasLibrary.load().sgemm(false, true, 1, 1, 2, 1, a, 2, b, 2, 0, c, 1);
            return c.get(ValueLayout.JAVA_FLOAT, 0);
        }
    }

    /** Compares each descriptor with the generated one, which needs the library loaded the traditional way. */
    static int compareDescriptors() {
        System.load(OpenBlasLibrary.load().path());
        assertEquals(OpenBlas.cblas_sgemm$descriptor(), OpenBlasDescriptors.SGEMM);
        assertEquals(OpenBlas.cblas_sgemv$descriptor(), OpenBlasDescriptors.SGEMV);
        assertEquals(OpenBlas.openblas_get_config$descriptor(), OpenBlasDescriptors.GET_CONFIG);
        assertEquals(OpenBlas.openblas_get_corename$descriptor(), OpenBlasDescriptors.GET_CORE_NAME);
        assertEquals(OpenBlas.openblas_get_num_threads$descriptor(), OpenBlasDescriptors.GET_NUM_THREADS);
        assertEquals(OpenBlas.openblas_set_num_threads$descriptor(), OpenBlasDescriptors.SET_NUM_THREADS);
        return 6;
    }

    // A thread made in native code has the name of its maker, here the launcher's; Java's own threads have others.
    private static long threadsNamedLikeTheFirst() throws IOException {
        Path tasks = Path.of("/proc/self/task");
        if (!Files.isDirectory(tasks)) {
            return 0;
        }
        String own = Files.readString(Path.of("/proc/self/comm"));
        long count = 0;
        try (DirectoryStream<Path> found = Files.newDirectoryStream(tasks)) {
            for (Path task : found) {
                if (Files.readString(task.resolve("comm")).equals(own)) {
                    count++;
                }
            }
        }
        return count;
    }
}

package org.convnext4j.bindings;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;
import org.convnext4j.bindings.openblas.OpenBlas;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loaded OpenBLAS. {@link #load} is the only way to get an instance, so whoever has one may call it.
 *
 * <p>The class next to this one that jextract generated resolves its functions through the libraries that its class
 * loader got by {@link System#load}. The JVM lets only one class loader do that with a given file, so an application
 * that is redeployed, or two applications in one server, could not both use it. This class therefore opens the file
 * itself, takes the layouts and constants from the generated class and declares its own function descriptors; even
 * asking the generated class for a descriptor would fail without {@code System.load}.
 *
 * <p>Loading sets the number of OpenBLAS threads to 1 for the whole process: callers spread work over Java threads, and
 * OpenBLAS is not safe when several threads call it while it uses threads of its own. Methods may be called from any
 * number of threads at once. Calls use the plain linkage and not the critical one, which would keep the garbage
 * collector waiting for as long as a product takes.
 */
public final class OpenBlasLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(OpenBlasLibrary.class);

    private final OpenBlasFinder.Found found;
    private final String config;
    private final String coreName;
    private final Optional<String> coreTypeWarning;

    private OpenBlasLibrary(OpenBlasFinder.Found found, Settings settings) {
        this.found = found;
        this.config = found.info().config();
        this.coreName = found.info().coreName();
        this.coreTypeWarning = CoreTypeCheck.warning(settings, coreName, CpuInfo.read());
    }

    /** The outcome of the one attempt to load, good or bad. */
    private static final class Attempt {
        static final @Nullable OpenBlasLibrary LIBRARY;
        static final @Nullable NativeLibraryException FAILURE;

        static {
            OpenBlasLibrary library = null;
            NativeLibraryException failure = null;
            try {
                library = open();
            } catch (NativeLibraryException e) {
                failure = e;
            } catch (RuntimeException | LinkageError e) {
                // Left to itself, an error here would hide behind NoClassDefFoundError at every later attempt.
                failure = new NativeLibraryException("OpenBLAS could not be loaded on this Java: " + e, e);
            }
            LIBRARY = library;
            FAILURE = failure;
        }

        private static OpenBlasLibrary open() {
            Settings settings = Settings.ofThisJvm();
            ClassLoader own = OpenBlasLibrary.class.getClassLoader();
            ClassLoader loader = own == null ? ClassLoader.getSystemClassLoader() : own;
            OpenBlasFinder.Found found = new OpenBlasFinder(settings, loader, OpenBlasFinder.SYSTEM_NAMES).find();
            found.info().setThreads(1);
            OpenBlasLibrary library = new OpenBlasLibrary(found, settings);
            LOG.debug("Loaded OpenBLAS from {}: {}, {} kernels", library.path(), library.config, library.coreName);
            library.coreTypeWarning.ifPresent(LOG::warn);
            return library;
        }
    }

    /** The calls that are made often; only constants are compiled to direct calls. */
    private static final class Calls {
        static final MethodHandle SGEMM;
        static final MethodHandle SGEMV;

        static {
            OpenBlasLibrary library = load();
            SGEMM = OpenBlasInfo.handle(library.found.symbols(), "cblas_sgemm", OpenBlasDescriptors.SGEMM);
            SGEMV = OpenBlasInfo.handle(library.found.symbols(), "cblas_sgemv", OpenBlasDescriptors.SGEMV);
        }
    }

    /**
     * Loads the library at the first call and returns the same instance, or fails in the same way, at all later ones.
     *
     * @return the loaded library
     * @throws NativeLibraryException if no usable library was found; the message lists what was tried and the remedy
     */
    public static OpenBlasLibrary load() {
        OpenBlasLibrary library = Attempt.LIBRARY;
        NativeLibraryException failure = Attempt.FAILURE;
        if (library == null) {
            // A new exception for each caller, so that each sees its own stack.
            throw failure == null
                    ? new IllegalStateException("Neither a library nor a failure is known")
                    : new NativeLibraryException(String.valueOf(failure.getMessage()), failure.getCause());
        }
        return library;
    }

    /**
     * Computes {@code C = alpha * op(A) * op(B) + beta * C} on row-major matrices of floats, where op transposes or
     * not. C must not share memory with A or B. With {@code beta == 0} the old content of C is not read.
     *
     * @param transA whether A is stored as k x m and used transposed, instead of stored as m x k
     * @param transB whether B is stored as n x k and used transposed, instead of stored as k x n
     * @param m rows of C
     * @param n columns of C
     * @param k number of products that are summed up
     * @param alpha factor of the product
     * @param a off-heap memory of A, aligned to 4 bytes
     * @param lda distance between the starts of stored rows of A, in floats
     * @param b off-heap memory of B, aligned to 4 bytes
     * @param ldb distance between the starts of stored rows of B, in floats
     * @param beta factor of the old content of C
     * @param c off-heap memory of C, aligned to 4 bytes
     * @param ldc distance between the starts of rows of C, in floats
     * @throws IllegalArgumentException if a size is negative, a distance is shorter than a row, or a segment is too
     *     small, on the heap, not aligned, or, for C, read-only
     * @throws IllegalStateException if the arena of a segment is closed
     * @throws WrongThreadException if a segment belongs to another thread
     */
    public void sgemm(
            boolean transA,
            boolean transB,
            int m,
            int n,
            int k,
            float alpha,
            MemorySegment a,
            int lda,
            MemorySegment b,
            int ldb,
            float beta,
            MemorySegment c,
            int ldc) {
        MatrixCheck.size("m", m);
        MatrixCheck.size("n", n);
        MatrixCheck.size("k", k);
        MatrixCheck.matrix("a", a, transA ? k : m, transA ? m : k, lda);
        MatrixCheck.matrix("b", b, transB ? n : k, transB ? k : n, ldb);
        MatrixCheck.matrix("c", c, m, n, ldc);
        MatrixCheck.writable("c", c);
        try {
            Calls.SGEMM.invokeExact(
                    OpenBlas.CblasRowMajor(),
                    transposition(transA),
                    transposition(transB),
                    m,
                    n,
                    k,
                    alpha,
                    a,
                    lda,
                    b,
                    ldb,
                    beta,
                    c,
                    ldc);
        } catch (Throwable e) {
            throw OpenBlasInfo.unexpected(e);
        }
    }

    /**
     * Computes {@code y = alpha * op(A) * x + beta * y} on a row-major matrix of floats, where op transposes or not. y
     * must not share memory with A or x. With {@code beta == 0} the old content of y is not read.
     *
     * @param transA whether A is used transposed
     * @param m stored rows of A; the length of y, or of x if transposed
     * @param n stored columns of A; the length of x, or of y if transposed
     * @param alpha factor of the product
     * @param a off-heap memory of A, aligned to 4 bytes
     * @param lda distance between the starts of stored rows of A, in floats
     * @param x off-heap memory of x, aligned to 4 bytes
     * @param incx distance between elements of x, in floats, at least 1
     * @param beta factor of the old content of y
     * @param y off-heap memory of y, aligned to 4 bytes
     * @param incy distance between elements of y, in floats, at least 1
     * @throws IllegalArgumentException if a size is negative, a distance is too short, or a segment is too small, on
     *     the heap, not aligned, or, for y, read-only
     * @throws IllegalStateException if the arena of a segment is closed
     * @throws WrongThreadException if a segment belongs to another thread
     */
    public void sgemv(
            boolean transA,
            int m,
            int n,
            float alpha,
            MemorySegment a,
            int lda,
            MemorySegment x,
            int incx,
            float beta,
            MemorySegment y,
            int incy) {
        MatrixCheck.size("m", m);
        MatrixCheck.size("n", n);
        MatrixCheck.matrix("a", a, m, n, lda);
        MatrixCheck.vector("x", x, transA ? m : n, incx);
        MatrixCheck.vector("y", y, transA ? n : m, incy);
        MatrixCheck.writable("y", y);
        if ((transA ? m : n) == 0) {
            // BLAS returns at once then and, unlike sgemm, leaves y as it was; the formula says beta * y.
            scale(y, transA ? n : m, incy, beta);
            return;
        }
        try {
            Calls.SGEMV.invokeExact(
                    OpenBlas.CblasRowMajor(), transposition(transA), m, n, alpha, a, lda, x, incx, beta, y, incy);
        } catch (Throwable e) {
            throw OpenBlasInfo.unexpected(e);
        }
    }

    private static void scale(MemorySegment y, int length, int incy, float beta) {
        for (int i = 0; i < length; i++) {
            long index = (long) i * incy;
            float scaled = beta == 0 ? 0 : beta * y.getAtIndex(OpenBlas.C_FLOAT, index);
            y.setAtIndex(OpenBlas.C_FLOAT, index, scaled);
        }
    }

    private static int transposition(boolean transposed) {
        return transposed ? OpenBlas.CblasTrans() : OpenBlas.CblasNoTrans();
    }

    /** What OpenBLAS says about how it was built, starting with its name and version. */
    public String config() {
        return config;
    }

    /** The version of OpenBLAS, such as {@code 0.3.31}, or {@code unknown} if its own text does not say it. */
    public String version() {
        String[] words = config.split("\\s+", -1);
        return words.length > 1 && words[0].equals("OpenBLAS") ? words[1] : "unknown";
    }

    /** The processor whose kernels OpenBLAS uses, such as {@code SkylakeX}. */
    public String coreName() {
        return coreName;
    }

    /** The absolute path of the loaded file, or its bare name if the operating system found it. */
    public String path() {
        return found.path();
    }

    /** The number of threads OpenBLAS uses for one call at this moment: 1, unless someone else in the process set it. */
    public int threads() {
        return found.info().threads();
    }

    /**
     * The folder under which this library unpacks shared objects, whether or not it exists yet; empty if the JVM does
     * not know the user's home and nothing names a folder.
     */
    public static Optional<Path> cacheFolder() {
        return CacheRoot.choose(Settings.ofThisJvm());
    }

    /** What environment variables do to the speed of OpenBLAS and how to mend it, or empty if all is well. */
    public Optional<String> coreTypeWarning() {
        return coreTypeWarning;
    }
}

package org.convnext4j.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecondClassLoaderTest {
    /** A loader that shares nothing of this project with the loader of the tests. */
    private static URLClassLoader freshLoader() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static Object call(ClassLoader loader, String method) throws Exception {
        Class<?> probe = loader.loadClass(Probe.class.getName());
        assertNotSame(Probe.class, probe);
        Method found = probe.getDeclaredMethod(method);
        found.setAccessible(true);
        return found.invoke(null);
    }

    @Test
    void loadsAndComputesInTwoClassLoadersOfOneJvm() throws Exception {
        assertEquals(11f, Probe.product());
        try (URLClassLoader loader = freshLoader()) {
            assertEquals(11f, call(loader, "product"));
        }
    }

    @Test
    void descriptorsEqualTheGeneratedOnes() throws Exception {
        try (URLClassLoader loader = freshLoader()) {
            assertEquals(6, call(loader, "compareDescriptors"));
        }
    }
}

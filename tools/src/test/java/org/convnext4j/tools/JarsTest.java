package org.convnext4j.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.convnext4j.bindings.OpenBlasLibrary;
import org.convnext4j.engine.Engine;
import org.convnext4j.model.ConvNeXt;
import org.junit.jupiter.api.Test;

/** What is in the jars of the modules that were built before this one. */
class JarsTest {
    private static final Map<String, Class<?>> MODULES = Map.of(
            "org.convnext4j.bindings", OpenBlasLibrary.class,
            "org.convnext4j.engine", Engine.class,
            "org.convnext4j.model", ConvNeXt.class);

    @Test
    void everyJarHasAModuleNameThatStays() throws Exception {
        for (Map.Entry<String, Class<?>> module : MODULES.entrySet()) {
            Path jar = jarOf(module.getValue());
            ModuleDescriptor descriptor =
                    ModuleFinder.of(jar).findAll().iterator().next().descriptor();
            assertEquals(module.getKey(), descriptor.name());
            assertFalse(descriptor.isAutomatic());
        }
    }

    /** The kernels, the executor and what training keeps may change at any time: no user depends on them. */
    @Test
    void theModulesExportWhatIsForUsersAlone() throws Exception {
        assertEquals(Set.of(), exported(OpenBlasLibrary.class));
        assertEquals(Set.of("org.convnext4j.engine", "org.convnext4j.engine.tensor"), exported(Engine.class));
        Set<String> model = exported(ConvNeXt.class);
        assertTrue(model.containsAll(Set.of("org.convnext4j.model", "org.convnext4j.model.train")), model.toString());
        for (String inner : List.of("run", "pass", "image.jpeg", "image.webp")) {
            assertFalse(model.contains("org.convnext4j.model." + inner), inner);
        }
    }

    /** The packages that a module exports to everybody. */
    private static Set<String> exported(Class<?> type) throws Exception {
        ModuleDescriptor descriptor =
                ModuleFinder.of(jarOf(type)).findAll().iterator().next().descriptor();
        return descriptor.exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
    }

    @Test
    void everyJarHasItsVersionAndItsLicence() throws Exception {
        for (Class<?> type : MODULES.values()) {
            try (JarFile jar = new JarFile(jarOf(type).toFile())) {
                assertNotNull(jar.getEntry("META-INF/LICENSE"), jar.getName());
                assertNotNull(jar.getEntry("META-INF/NOTICE"), jar.getName());
                String version = Objects.requireNonNull(type.getPackage().getImplementationVersion());
                assertTrue(jar.getName().endsWith("-" + version + ".jar"), jar.getName() + " of " + version);
            }
        }
    }

    /** A fat jar has every file of every jar on its class path: of OpenBLAS only what is called. */
    @Test
    void theJarsOfOpenBlasHoldLibrariesAndLicencesOnly() throws Exception {
        List<Path> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().matches("convnext4j-openblas-[a-z].*\\.jar"))
                .toList();
        assumeTrue(!jars.isEmpty(), "runs from folders of classes");
        assertEquals(5, jars.size(), jars.toString());
        for (Path path : jars) {
            assertTrue(Files.size(path) < 16_000_000, path + " has " + Files.size(path) + " bytes");
            try (JarFile jar = new JarFile(path.toFile())) {
                List<String> others = jar.stream()
                        .filter(entry ->
                                !entry.isDirectory() && !entry.getName().startsWith("META-INF/"))
                        .map(entry -> entry.getName())
                        .filter(name -> !name.matches(
                                "org/bytedeco/openblas/[^/]+/lib(openblas|gfortran|quadmath|gcc_s)\\.[^/]+"))
                        .toList();
                assertEquals(List.of(), others, path.toString());
                assertNotNull(jar.getEntry("META-INF/licences/openblas/OPENBLAS.txt"), path.toString());
            }
        }
    }

    private static Path jarOf(Class<?> type) throws IOException, URISyntaxException {
        Path path =
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        assumeTrue(Files.isRegularFile(path), "runs from folders of classes");
        return path;
    }
}

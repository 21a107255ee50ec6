package org.convnext4j.tools;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.convnext4j.engine.VectorSupport;
import org.convnext4j.engine.vector.VectorKernels;
import org.convnext4j.tools.output.ToolException;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        return new String[] {"convnext " + version() + " (Java " + Runtime.version() + ", " + vectors() + ")"};
    }

    /** What the speed depends on most. */
    private static String vectors() {
        boolean module = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return module && VectorSupport.obstacle().isEmpty()
                ? "vectors of " + VectorKernels.laneBits() + " bits"
                : "no vectors, see convnext doctor";
    }

    /** The version of this build. */
    static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = VersionProvider.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new ToolException("the resource version.properties is missing; build the jar again");
            }
            properties.load(in);
        }
        return properties.getProperty("version", "unknown");
    }
}

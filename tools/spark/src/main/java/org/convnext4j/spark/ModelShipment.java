package org.convnext4j.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkFiles;
import org.apache.spark.sql.SparkSession;

/** A checkpoint's way from the driver's disk to those of the executors. A model that has a name needs none. */
final class ModelShipment {
    /** What says more about weights than they do themselves. */
    private static final List<String> BESIDE = List.of("config.json", "preprocessor_config.json");

    private ModelShipment() {}

    /** Sends a checkpoint and the configurations beside it, and gives the name by which {@link #arrived} knows it. */
    static String send(SparkSession spark, Path checkpoint) {
        if (Files.isDirectory(checkpoint)) {
            throw new IllegalArgumentException(
                    checkpoint + ": is a folder; name the checkpoint in it, such as model.safetensors");
        }
        spark.sparkContext().addFile(checkpoint.toUri().toString());
        for (String name : BESIDE) {
            Path beside = checkpoint.resolveSibling(name);
            if (Files.exists(beside)) {
                spark.sparkContext().addFile(beside.toUri().toString());
            }
        }
        return checkpoint.getFileName().toString();
    }

    /** Where a checkpoint lies on this executor. */
    static Path arrived(String name) {
        return Path.of(SparkFiles.get(name));
    }
}

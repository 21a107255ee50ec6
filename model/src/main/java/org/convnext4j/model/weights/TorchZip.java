package org.convnext4j.model.weights;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The layout of {@code torch.save} since version 1.6: a zip archive of one folder with data.pkl and data/KEY. */
final class TorchZip {
    private static final String PICKLE = "data.pkl";

    private TorchZip() {}

    static TorchContent read(Path path, FileRange data) {
        ZipDirectory zip = new ZipDirectory(path, data);
        List<String> pickles = zip.names().stream()
                .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
                .toList();
        if (pickles.size() != 1) {
            throw new CheckpointException(
                    path, "is a zip archive with " + pickles.size() + " data.pkl, so torch.save did not write it");
        }
        String name = pickles.get(0);
        String folder = name.substring(0, name.length() - PICKLE.length());
        Unpickler unpickler = new Unpickler(path, zip.get(name).orElseThrow());
        Object root = unpickler.read();
        Map<String, FileRange> storages = new HashMap<>();
        for (String key : unpickler.storages().keySet()) {
            zip.get(folder + "data/" + key).ifPresent(segment -> storages.put(key, segment));
        }
        return new TorchContent(root, storages, isBigEndian(path, zip, folder), unpickler.foreignNames());
    }

    private static boolean isBigEndian(Path path, ZipDirectory zip, String folder) {
        String order = zip.get(folder + "byteorder")
                .map(range -> range.toArray(0, (int) Math.min(range.byteSize(), 16)))
                .map(bytes -> new String(bytes, StandardCharsets.US_ASCII))
                .orElse("little");
        return switch (order) {
            case "little" -> false;
            case "big" -> true;
            default -> throw new CheckpointException(path, "has the unknown byte order " + order);
        };
    }
}

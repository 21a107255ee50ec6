package org.convnext4j.tools;

import java.util.List;
import java.util.Map;

/** The command lines that the help shows; a test parses each. */
final class Examples {
    /** What somebody who types the program's name alone sees. */
    static final List<String> FIRST = List.of(
            "convnext demo",
            "convnext classify --model facebook/convnext-tiny-224 picture.jpg",
            "convnext train --data pictures --out run --variant tiny");

    private static final Map<String, List<String>> BY_COMMAND = Map.ofEntries(
            Map.entry("demo", List.of("convnext demo", "convnext demo --out sheet.png --seconds 3")),
            Map.entry(
                    "classify",
                    List.of(
                            "convnext classify --model facebook/convnext-tiny-224 --top 3 picture.jpg",
                            "convnext classify --model run --csv results.csv pictures",
                            "curl -s https://example.org/picture.jpg | convnext classify --json -")),
            Map.entry(
                    "embed",
                    List.of(
                            "convnext embed --model facebook/convnext-tiny-224 --npy vectors.npy pictures",
                            "find pictures -name '*.jpg' | convnext embed --model model.safetensors --npy vectors.npy"
                                    + " --files-from -")),
            Map.entry(
                    "similar",
                    List.of(
                            "convnext similar --model facebook/convnext-tiny-224 query.jpg pictures",
                            "convnext similar --model facebook/convnext-tiny-224 --index vectors.npy query.jpg")),
            Map.entry(
                    "explain",
                    List.of(
                            "convnext explain --model facebook/convnext-tiny-224 picture.jpg map.png",
                            "convnext explain --model facebook/convnext-tiny-224 --class 'tabby cat' - - <picture.jpg"
                                    + " >map.png")),
            Map.entry(
                    "evaluate",
                    List.of(
                            "convnext evaluate --model run/model.safetensors --data pictures",
                            "convnext evaluate --model timm/convnext_tiny.fb_in1k --data imagenet --plot confusion.png")),
            Map.entry("scan", List.of("convnext scan pictures", "convnext scan pictures --json >findings.json")),
            Map.entry(
                    "train",
                    List.of(
                            "convnext train --data pictures --out run --model facebook/convnext-tiny-224 --epochs 5",
                            "convnext train --data pictures --out run --resume")),
            Map.entry(
                    "roadmap",
                    List.of(
                            "convnext roadmap --regime 50 --time",
                            "convnext roadmap --train /usr/share/datasets/fashion-mnist --out walk --epochs 3")),
            Map.entry(
                    "forward",
                    List.of("convnext forward --model model.safetensors --input in.safetensors --tensor input --output"
                            + " out.safetensors")),
            Map.entry(
                    "preprocess",
                    List.of(
                            "convnext preprocess picture.jpg seen.png",
                            "convnext preprocess --preset timm-288 - - <picture.jpg >seen.png")),
            Map.entry(
                    "inspect",
                    List.of(
                            "convnext inspect model.safetensors",
                            "convnext inspect --json facebook/convnext-tiny-224")),
            Map.entry(
                    "convert",
                    List.of(
                            "convnext convert convnext_tiny_1k_224_ema.pth model.safetensors --layout timm",
                            "convnext convert model.safetensors model.onnx")),
            Map.entry(
                    "bench",
                    List.of(
                            "convnext bench --variant base --batch 8",
                            "convnext bench --peer onnxruntime --plot bench.png")),
            Map.entry("doctor", List.of("convnext doctor", "convnext doctor --json")),
            Map.entry("help", List.of("convnext help classify")),
            Map.entry(
                    "completion",
                    List.of(
                            "source <(convnext completion bash)",
                            "convnext completion fish >~/.config/fish/completions/convnext.fish")));

    private Examples() {}

    /** A command's examples. */
    static List<String> of(String command) {
        return BY_COMMAND.getOrDefault(command, List.of());
    }
}

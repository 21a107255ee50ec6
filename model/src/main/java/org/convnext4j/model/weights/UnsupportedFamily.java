package org.convnext4j.model.weights;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Relatives of ConvNeXt that this engine does not run yet, told by a tensor only they have.
 *
 * @param tensor what the telling tensor's name contains
 * @param family what such a file is, for the message
 */
record UnsupportedFamily(Pattern tensor, String family) {
    private static final List<UnsupportedFamily> KNOWN = List.of(
            family("\\.grn\\.", "ConvNeXt V2, with global response normalisation"),
            family("^convnextv2\\.", "ConvNeXt V2"),
            family("^stem\\.(weight|bias)$", "an isotropic ConvNeXt, without stages"),
            family("^stem\\.[23]\\.", "a ConvNeXt with an overlapping stem of two convolutions"),
            family("^norm_pre\\.", "a ConvNeXt whose last norm comes before the pooling"),
            family("^head\\.pre_logits\\.", "a ConvNeXt with a hidden layer in its head"),
            family("hidden_states_norms\\.", "a Hugging Face backbone, which has no classifier"),
            family("^stem_0\\.", "a timm feature extractor, which has no classifier"),
            family("\\.shortcut\\.", "a ConvNeXt with convolutions in its shortcuts"),
            family("^visual\\.", "a CLIP model"));

    private static final Pattern NORM_WEIGHT = Pattern.compile("(.*norm|stem\\.1|downsample\\.0)\\.weight");

    private static UnsupportedFamily family(String tensor, String family) {
        return new UnsupportedFamily(Pattern.compile(tensor), family);
    }

    /** Why a file with these names is refused; empty if nothing gives it away. */
    static Optional<String> find(Collection<String> names) {
        for (UnsupportedFamily known : KNOWN) {
            for (String name : names) {
                if (known.tensor.matcher(name).find()) {
                    return Optional.of(
                            "has the tensor " + name + ", so it is " + known.family + "; that is not supported");
                }
            }
        }
        List<String> norms = names.stream()
                .filter(name -> NORM_WEIGHT.matcher(name).matches())
                .toList();
        if (!norms.isEmpty() && norms.stream().noneMatch(name -> names.contains(bias(name)))) {
            return Optional.of("has the tensor " + norms.get(0) + " without a bias, so its norms are RMS or simple"
                    + " norms rather than LayerNorm; that is not supported");
        }
        return Optional.empty();
    }

    private static String bias(String weight) {
        return weight.substring(0, weight.length() - "weight".length()) + "bias";
    }
}

package org.convnext4j.model.hub;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Where models come from and where they are kept.
 *
 * @param hubCache the folder of Hugging Face's cache, with {@code models--ORG--NAME} in it
 * @param torchCheckpoints the folder in which PyTorch keeps the checkpoints it has fetched
 * @param endpoint of the hub, without a slash at the end
 * @param torchvision where torchvision's checkpoints lie, without a slash at the end
 * @param facebook where the authors' checkpoints lie, without a slash at the end
 * @param token for models that not everybody may have
 * @param offline whether only the caches are to be used
 * @param patience with servers
 */
public record HubSettings(
        Path hubCache,
        Path torchCheckpoints,
        URI endpoint,
        URI torchvision,
        URI facebook,
        Optional<Token> token,
        boolean offline,
        Patience patience) {
    /** Where Hugging Face's hub is. */
    public static final URI HUGGING_FACE = URI.create("https://huggingface.co");

    /** Where torchvision's checkpoints are. */
    public static final URI TORCHVISION = URI.create("https://download.pytorch.org/models");

    /** Where the checkpoints of the paper's authors are. */
    public static final URI FACEBOOK = URI.create("https://dl.fbaipublicfiles.com/convnext");

    /**
     * Checks the addresses.
     *
     * @throws HubException if one is not of http or https
     */
    public HubSettings {
        endpoint = server(endpoint);
        torchvision = server(torchvision);
        facebook = server(facebook);
    }

    /**
     * What the environment variables of Python's clients say: {@code HF_HOME}, {@code HF_HUB_CACHE}, {@code HF_ENDPOINT},
     * {@code HF_TOKEN} or the file {@code HF_TOKEN_PATH}, {@code HF_HUB_OFFLINE}, {@code HF_HUB_ETAG_TIMEOUT},
     * {@code HF_HUB_DOWNLOAD_TIMEOUT}, {@code HF_HUB_DISABLE_IMPLICIT_TOKEN}, {@code TORCH_HOME} and
     * {@code XDG_CACHE_HOME}, and {@code HOME}, on Windows {@code USERPROFILE}, before Java's {@code user.home}. Whatever the settings, connections go through the proxies that {@code HTTPS_PROXY},
     * {@code HTTP_PROXY} and {@code NO_PROXY} name.
     *
     * @throws HubException if one of them is malformed
     */
    public static HubSettings fromEnvironment() {
        return HubEnvironment.of(System::getenv, System::getProperty).settings();
    }

    private static URI server(URI address) {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if ((!scheme.equals("https") && !scheme.equals("http"))
                || address.getHost() == null
                || !HubHttp.hasPossiblePort(address)) {
            throw new HubException(
                    HubException.Reason.BAD_NAME,
                    "'" + address + "' is no address of a server; HF_ENDPOINT must be like https://huggingface.co");
        }
        String text = address.toString();
        return text.endsWith("/") ? URI.create(text.replaceAll("/+$", "")) : address;
    }
}

package org.convnext4j.model.hub;

/** What a server's refusal means to a user. */
final class HubStatus {
    private HubStatus() {}

    /** The exception for an answer that is none of those asked for; {@code name} is the model's or the file's. */
    static HubException refused(String name, HttpAnswer answer) {
        String code = answer.header(HubHttp.ERROR_CODE).orElse("");
        if (code.equals("GatedRepo") || (answer.status() == 403 && code.isEmpty())) {
            return new HubException(
                    HubException.Reason.REFUSED,
                    name + ": its owner lets only some users have it (status " + answer.status() + "); "
                            + (answer.withToken()
                                    ? "your access token was sent, but its user is none of them: ask for access on the"
                                            + " model's page, or check that the token may read such models"
                                    : "ask for access on the model's page, and set HF_TOKEN to your access token"));
        }
        return switch (answer.status()) {
            case 401 ->
                new HubException(
                        HubException.Reason.REFUSED,
                        name + ": there is no such model, or it is not public (status 401); check the spelling, "
                                + (answer.withToken()
                                        ? "or renew your access token (HF_TOKEN or the file of your login), which is"
                                                + " not accepted"
                                        : "or set HF_TOKEN to your access token"));
            case 407 ->
                new HubException(
                        HubException.Reason.UNREACHABLE,
                        name + ": the proxy asks for a name and a password (status 407); set HTTPS_PROXY and HTTP_PROXY"
                                + " to http://NAME:PASSWORD@HOST:PORT and start Java with"
                                + " -Djdk.http.auth.tunneling.disabledSchemes=");
            case 404, 410 -> absent(name, code);
            default ->
                new HubException(
                        HubException.Reason.REFUSED,
                        name + ": the server answers with status " + answer.status()
                                + (code.isEmpty() ? "" : " " + code) + "; check the name and HF_ENDPOINT");
        };
    }

    private static HubException absent(String name, String code) {
        String what = switch (code) {
            case "RevisionNotFound" -> "there is no such revision; name a branch, a tag or a commit behind the @";
            case "RepoNotFound" -> "there is no such model, or it is not public; check the spelling";
            default -> "there is no such file; check the spelling";
        };
        return new HubException(HubException.Reason.ABSENT, name + ": " + what);
    }
}

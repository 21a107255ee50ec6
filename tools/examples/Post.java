import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;

/** {@code java Post.java URL FILE...}: posts each file and prints a line with the answer's status and body. */
public final class Post {
    public static void main(String[] args) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 1; i < args.length; i++) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(args[0]))
                        .header("Content-Type", "application/octet-stream")
                        .POST(BodyPublishers.ofFile(Path.of(args[i])))
                        .build();
                HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
                System.out.println(answer.statusCode() + " " + answer.body());
            }
        }
    }
}

package org.example;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.file.Path;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Prediction;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.ImageReader;

/** {@code Service MODEL PORT}: {@code POST /classify} with the bytes of a picture is answered with what it shows. */
public final class Service {
    private final ConvNeXt model;
    private final ImageReader reader = new ImageReader();

    private Service(ConvNeXt model) {
        this.model = model;
    }

    public static void main(String[] args) {
        Service service = new Service(ConvNeXt.load(Path.of(args[0])));
        WebServer server = WebServer.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(args[1]))
                .routing(service::route)
                .build()
                .start();
        System.out.println("listening on port " + server.port());
    }

    private void route(HttpRouting.Builder routing) {
        routing.post("/classify", this::classify);
    }

    private void classify(ServerRequest request, ServerResponse response) {
        try {
            byte[] picture = request.content().as(byte[].class);
            Prediction best = model.classify(reader.read(picture, "the uploaded picture"), 1)
                    .getFirst();
            response.send(best.label() + " " + best.probability());
        } catch (ModelException e) {
            response.status(422).send(e.getMessage());
        }
    }
}

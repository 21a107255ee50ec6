package org.example;

import java.nio.file.Path;
import java.util.List;
import org.convnext4j.model.ConvNeXt;
import org.convnext4j.model.Prediction;
import org.convnext4j.model.failure.ModelException;
import org.convnext4j.model.image.ImageReader;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /classify} with the bytes of a picture; one model serves all requests at once. */
@SpringBootApplication
public class PictureService {
    public static void main(String[] args) {
        SpringApplication.run(PictureService.class, args);
    }

    /** Spring closes it when the service ends. */
    @Bean
    ConvNeXt model(@Value("${model}") Path weights) {
        return ConvNeXt.load(weights);
    }

    @RestController
    static class Classifier {
        private final ConvNeXt model;
        private final ImageReader reader = new ImageReader();

        Classifier(ConvNeXt model) {
            this.model = model;
        }

        @PostMapping(path = "/classify", consumes = MediaType.ALL_VALUE)
        List<Prediction> classify(@RequestBody byte[] picture, @RequestParam(defaultValue = "3") int top) {
            return model.classify(reader.read(picture, "the uploaded picture"), top);
        }

        /** What is wrong with a picture is the client's to know. */
        @ExceptionHandler
        ProblemDetail refuse(ModelException e) {
            return ProblemDetail.forStatusAndDetail(HttpStatus.UNPROCESSABLE_CONTENT, e.getMessage());
        }
    }
}

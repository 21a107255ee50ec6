import java.nio.file.Path
import org.convnext4j.model.ConvNeXt

/** `ClassifyKt MODEL PICTURE...`: what pictures show. */
fun main(args: Array<String>) {
    ConvNeXt.load(Path.of(args[0])).use { model ->
        for (picture in args.drop(1)) {
            val best = model.classify(Path.of(picture), 1).first()
            println("%s: %s, %.2f %%".format(picture, best.label, 100 * best.probability))
        }
    }
}

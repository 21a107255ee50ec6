package org.convnext4j.model.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.convnext4j.model.JsonMutants;
import org.convnext4j.model.LoadOptions;
import org.convnext4j.model.image.ClassifierConfig;
import org.convnext4j.model.image.PreprocessorConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged configurations beside a network are taken or refused like everything else that is wrong with a file. */
@Tag("slow")
class ConfigMutationTest {
    private static final String HUGGING_FACE = "{'architectures':['ConvNextForImageClassification'],'depths':[1,1,2,1],"
            + "'hidden_act':'gelu','hidden_sizes':[2,3,2,4],'id2label':{'0':'cat','1':'dog','2':'owl'},'image_size':224,"
            + "'label2id':{'cat':0,'dog':1,'owl':2},'layer_norm_eps':1e-12,'layer_scale_init_value':1e-06,"
            + "'model_type':'convnext','num_channels':3,'num_stages':4,'num_labels':3,'patch_size':4,"
            + "'problem_type':'multi_label_classification'}";
    private static final String TIMM = "{'architecture':'convnext_atto','num_classes':3,'num_features':4,"
            + "'label_names':['n1','n2','n3'],'label_descriptions':{'n1':'an owl','n2':'a newt'},'model_args':{"
            + "'depths':[1,1,2,1],'dims':[2,3,2,4],'global_pool':'avg','kernel_sizes':7,'ls_init_value':1e-6,"
            + "'norm_eps':1e-6,'act_layer':'gelu','norm_layer':'layernorm','output_stride':32,'patch_size':4,"
            + "'head_norm_first':false,'conv_bias':true,'stem_type':'patch'},'pretrained_cfg':{'tag':'d2_in1k',"
            + "'input_size':[3,224,224],'test_input_size':[3,288,288],'fixed_input_size':false,'interpolation':'bicubic',"
            + "'crop_pct':0.875,'test_crop_pct':0.95,'crop_mode':'center','mean':[0.485,0.456,0.406],"
            + "'std':[0.229,0.224,0.225],'num_classes':1000,'pool_size':[7,7],'first_conv':'stem.0'},"
            + "'convnext4j':{'head_norm_eps':1e-12}}";
    private static final String PROCESSOR = "{'image_processor_type':'ConvNextImageProcessor','do_resize':true,"
            + "'size':{'shortest_edge':224},'crop_pct':0.875,'resample':3,'do_center_crop':true,'crop_size':{'height':192,"
            + "'width':192},'do_rescale':true,'rescale_factor':0.00392156862745098,'do_normalize':true,"
            + "'image_mean':[0.485,0.456,0.406],'image_std':[0.229,0.224,0.225],'do_convert_rgb':true,'do_pad':false}";
    private static final String OPEN_CLIP =
            "{'model_cfg':{'embed_dim':3,'vision_cfg':{'timm_model_name':'convnext_own',"
                    + "'timm_model_pretrained':false,'timm_pool':'','timm_proj':'linear','timm_drop':0.0,'image_size':256},"
                    + "'text_cfg':{'context_length':77}},'preprocess_cfg':{'size':[256,256],'mode':'RGB',"
                    + "'mean':[0.48145466,0.4578275,0.40821073],'std':[0.26862954,0.26130258,0.27577711],"
                    + "'interpolation':'bicubic','resize_mode':'shortest'}}";

    @TempDir
    private Path folder;

    @Test
    void huggingFace() throws IOException {
        mutate("config.json", HUGGING_FACE, Layout.HUGGINGFACE, 1);
    }

    @Test
    void timm() throws IOException {
        mutate("config.json", TIMM, Layout.TIMM, 2);
    }

    @Test
    void preprocessor() throws IOException {
        mutate("preprocessor_config.json", PROCESSOR, Layout.HUGGINGFACE, 3);
    }

    @Test
    void openClip() throws IOException {
        mutate("open_clip_config.json", OPEN_CLIP, Layout.TIMM, 4);
    }

    private void mutate(String name, String good, Layout layout, long seed) throws IOException {
        Path weights =
                folder.resolve(name.startsWith("open_clip") ? "open_clip_model.safetensors" : "model.safetensors");
        Path config = folder.resolve(name);
        JsonMutants.feed(layout.label() + " " + name, good.replace('\'', '"'), seed, json -> {
            Files.write(config, json);
            DesignInference.Settled settled =
                    DesignInference.settle(weights, layout, Spelling.of(Toy.SMALL), Toy.SMALL, LoadOptions.DEFAULT);
            PreprocessorConfig.besideWeights(weights, settled.config().minimumSide());
            ClassifierConfig.besideWeights(weights, settled.config().classes());
        });
    }
}

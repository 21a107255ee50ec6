package org.convnext4j.model.train;

import java.util.List;
import org.convnext4j.model.data.Dataset;
import org.convnext4j.model.image.RgbImage;

/** The patterns, for a test that overrides what shall be different. */
class ChangedPatterns implements Dataset {
    private final Patterns patterns;

    ChangedPatterns(int size) {
        this.patterns = new Patterns(size);
    }

    @Override
    public int size() {
        return patterns.size();
    }

    @Override
    public List<String> classNames() {
        return patterns.classNames();
    }

    @Override
    public int label(int index) {
        return patterns.label(index);
    }

    @Override
    public RgbImage read(int index) {
        return patterns.read(index);
    }

    @Override
    public String name(int index) {
        return patterns.name(index);
    }

    @Override
    public String description() {
        return patterns.description();
    }

    @Override
    public String fingerprint() {
        return patterns.fingerprint();
    }
}

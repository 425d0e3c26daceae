package dev.felucca.image;

import dev.felucca.api.image.HistoryEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How an image was made, newest step first. */
final class History {
    private History() {}

    static List<HistoryEntry> of(StoredImage image, List<String> tags) {
        List<HistoryEntry> steps = new ArrayList<>();
        int layer = 0;
        for (ConfigFile.Step s : image.config().history()) {
            boolean filled = !s.emptyLayer() && layer < image.layers().size();
            long size = filled ? image.layers().get(layer++).uncompressed() : 0;
            steps.add(new HistoryEntry("", s.created(), s.createdBy(), size, s.comment(), List.of()));
        }
        // Layers that the history does not speak of.
        for (; layer < image.layers().size(); layer++) {
            steps.add(new HistoryEntry("", null, "", image.layers().get(layer).uncompressed(), "", List.of()));
        }
        Collections.reverse(steps);
        if (!steps.isEmpty()) {
            HistoryEntry top = steps.get(0);
            steps.set(0, new HistoryEntry(image.id(), top.created(), top.createdBy(), top.size(), top.comment(), tags));
        }
        return List.copyOf(steps);
    }
}

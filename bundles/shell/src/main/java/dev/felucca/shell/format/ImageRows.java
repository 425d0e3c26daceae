package dev.felucca.shell.format;

import dev.felucca.api.image.HistoryEntry;
import dev.felucca.api.image.Image;
import dev.felucca.json.ApiJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Images as {@code images} and {@code history} show them. */
public final class ImageRows {
    private static final String NONE = "<none>";

    public static final List<String> COLUMNS = List.of("Repository", "Tag", "ID", "CreatedSince", "Size");
    public static final List<String> HISTORY = List.of("ID", "CreatedSince", "CreatedBy", "Size", "Comment");

    private ImageRows() {}

    public static Map<String, String> headers() {
        Map<String, String> h = new LinkedHashMap<>();
        h.put("Repository", "REPOSITORY");
        h.put("Tag", "TAG");
        h.put("Digest", "DIGEST");
        h.put("ID", "IMAGE ID");
        h.put("CreatedSince", "CREATED");
        h.put("CreatedAt", "CREATED AT");
        h.put("Size", "SIZE");
        return h;
    }

    public static Map<String, String> historyHeaders() {
        Map<String, String> h = new LinkedHashMap<>();
        h.put("ID", "IMAGE");
        h.put("CreatedSince", "CREATED");
        h.put("CreatedAt", "CREATED AT");
        h.put("CreatedBy", "CREATED BY");
        h.put("Size", "SIZE");
        h.put("Comment", "COMMENT");
        return h;
    }

    /** One row for each tag; one for an image without. */
    public static List<Map<String, String>> rows(Image image, boolean full, Instant now) {
        List<Map<String, String>> rows = new ArrayList<>();
        if (image.tags().isEmpty()) rows.add(row(image, NONE, NONE, full, now));
        for (String tag : image.tags()) {
            int colon = tag.lastIndexOf(':');
            boolean tagged = colon > tag.lastIndexOf('/');
            rows.add(row(
                    image,
                    tagged ? tag.substring(0, colon) : tag,
                    tagged ? tag.substring(colon + 1) : NONE,
                    full,
                    now));
        }
        return rows;
    }

    private static Map<String, String> row(Image image, String repository, String tag, boolean full, Instant now) {
        Map<String, String> r = new LinkedHashMap<>();
        r.put("Repository", repository);
        r.put("Tag", tag);
        String digest = image.digests().isEmpty() ? NONE : image.digests().get(0);
        r.put("Digest", digest.substring(digest.indexOf('@') + 1));
        r.put("ID", full ? image.id() : shortId(image.id()));
        times(r, image.created(), now);
        r.put("Size", Human.size(image.size()));
        return r;
    }

    private static void times(Map<String, String> r, @Nullable Instant created, Instant now) {
        r.put("CreatedSince", created == null ? "N/A" : Human.ago(created, now));
        r.put("CreatedAt", created == null ? "N/A" : ContainerRows.CREATED_AT.format(created));
    }

    public static Map<String, String> history(HistoryEntry e, boolean full, boolean human, Instant now) {
        Map<String, String> r = new LinkedHashMap<>();
        r.put("ID", e.id().isEmpty() ? "<missing>" : full ? e.id() : shortId(e.id()));
        times(r, e.created(), now);
        if (!human) r.put("CreatedSince", e.created() == null ? "" : ApiJson.time(e.created()));
        String by = e.createdBy().replace('\t', ' ');
        r.put("CreatedBy", full ? by : Human.shorten(by, 45));
        r.put("Size", human ? Human.size(e.size()) : String.valueOf(e.size()));
        r.put("Comment", e.comment());
        return r;
    }

    /** Twelve digits of a digest. */
    public static String shortId(String id) {
        String hex = id.substring(id.indexOf(':') + 1);
        return hex.length() <= 12 ? hex : hex.substring(0, 12);
    }
}

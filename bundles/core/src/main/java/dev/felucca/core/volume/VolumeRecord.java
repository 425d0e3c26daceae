package dev.felucca.core.volume;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.felucca.api.EngineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * What is stored of a volume beside its content, in {@code volume.json}. A volume that a container made on its own has none.
 *
 * @param formatVersion {@link #FORMAT}
 */
record VolumeRecord(int formatVersion, Map<String, String> labels) {
    static final int FORMAT = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String FILE = "volume.json";

    /** @param dir the volume's own, not that of its content */
    static VolumeRecord read(Path dir) {
        try {
            VolumeRecord stored = MAPPER.readValue(Files.readAllBytes(dir.resolve(FILE)), VolumeRecord.class);
            if (stored.formatVersion > FORMAT) {
                throw EngineException.unavailable(
                        dir.resolve(FILE) + " was written by a newer engine (format " + stored.formatVersion + ")");
            }
            return stored;
        } catch (NoSuchFileException none) {
            return new VolumeRecord(FORMAT, Map.of());
        } catch (JacksonException e) {
            throw EngineException.internal(dir.resolve(FILE) + " is damaged: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw EngineException.internal("cannot read " + dir.resolve(FILE) + ": " + e.getMessage(), e);
        }
    }

    void write(Path dir) throws IOException {
        Path temporary = dir.resolve(FILE + ".tmp");
        Files.write(temporary, MAPPER.writeValueAsBytes(this));
        Files.move(temporary, dir.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }
}

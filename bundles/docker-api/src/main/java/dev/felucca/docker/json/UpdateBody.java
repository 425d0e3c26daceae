package dev.felucca.docker.json;

import dev.felucca.api.container.Resources;
import dev.felucca.api.container.RestartPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request to update a container.
 *
 * @param policy null if it stays as it is
 */
public record UpdateBody(Resources resources, @Nullable RestartPolicy policy) {

    public static UpdateBody parse(Fields f) {
        Fields restart = f.object("RestartPolicy");
        Resources resources = ResourcesBody.parse(f);
        f.done();
        RestartPolicy policy = restart == null || !restart.has("Name") ? null : HostBody.restartOrNull(restart);
        return new UpdateBody(resources, policy);
    }
}

package dev.felucca.api.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program that runs at a point of a container's life; {@code timeout} in seconds. */
public record Hook(String path, List<String> args, List<String> env, @Nullable Integer timeout) {
    public Hook {
        Spec.required(path, "hooks.*[].path");
        args = Copies.of(args);
        env = Copies.of(env);
    }
}

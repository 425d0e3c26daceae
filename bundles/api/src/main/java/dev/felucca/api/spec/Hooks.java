package dev.felucca.api.spec;

import java.util.List;

/** Programs to run at points of a container's life. */
public record Hooks(
        List<Hook> prestart,
        List<Hook> createRuntime,
        List<Hook> createContainer,
        List<Hook> startContainer,
        List<Hook> poststart,
        List<Hook> poststop) {
    public static final Hooks EMPTY = new Hooks(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    public Hooks {
        prestart = Copies.of(prestart);
        createRuntime = Copies.of(createRuntime);
        createContainer = Copies.of(createContainer);
        startContainer = Copies.of(startContainer);
        poststart = Copies.of(poststart);
        poststop = Copies.of(poststop);
    }
}

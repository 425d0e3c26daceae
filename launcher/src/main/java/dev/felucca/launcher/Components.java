package dev.felucca.launcher;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What declarative services say about our components. */
final class Components {
    private final BundleContext context;

    Components(BundleContext context) {
        this.context = context;
    }

    /** The first component of ours that could not be activated, with the reason; empty if there is none. */
    Optional<String> failure() {
        return configurations((component, c) -> c.state == ComponentConfigurationDTO.FAILED_ACTIVATION
                        ? "component " + component.name + " cannot start: " + cause(c.failure)
                        : null)
                .stream()
                .findFirst();
    }

    /** Our components that wait for something, each with what it waits for. */
    List<String> waiting() {
        return configurations((component, c) -> switch (c.state) {
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE ->
                component.name + " waits for "
                        + String.join(
                                ", ",
                                Arrays.stream(c.unsatisfiedReferences)
                                        .map(r -> r.name + (r.target == null ? "" : " " + r.target))
                                        .toList());
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                component.name + " waits for configuration " + String.join(", ", component.configurationPid);
            default -> null;
        });
    }

    private interface View {
        @Nullable
        String of(ComponentDescriptionDTO component, ComponentConfigurationDTO configuration);
    }

    private List<String> configurations(View view) {
        List<String> seen = new ArrayList<>();
        ServiceReference<ServiceComponentRuntime> ref = context.getServiceReference(ServiceComponentRuntime.class);
        ServiceComponentRuntime scr = ref == null ? null : context.getService(ref);
        if (scr == null) return List.of("declarative services are not there");
        for (ComponentDescriptionDTO component : scr.getComponentDescriptionDTOs()) {
            if (!component.bundle.symbolicName.startsWith("dev.felucca.")) continue;
            for (ComponentConfigurationDTO c : scr.getComponentConfigurationDTOs(component)) {
                String text = view.of(component, c);
                if (text != null) seen.add(text);
            }
        }
        context.ungetService(ref);
        return seen;
    }

    /** The last "Caused by" of a stack trace, or its first line: that is where the trouble began. */
    static String cause(@Nullable String stackTrace) {
        if (stackTrace == null || stackTrace.isBlank()) return "no reason was given; see the engine's log";
        List<String> lines = stackTrace.lines().toList();
        String found = lines.get(0);
        for (String line : lines) if (line.startsWith("Caused by: ")) found = line.substring("Caused by: ".length());
        return found.replaceFirst("^(dev\\.felucca\\.api\\.\\w*Exception|java\\.lang\\.IllegalStateException): ", "");
    }
}

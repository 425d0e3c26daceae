package dev.felucca.exec.shim;

import dev.felucca.api.EngineException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;

/** An OCI runtime of the configuration: a section {@code exec.runtime~NAME}. */
@Component(
        service = ConfiguredRuntime.class,
        configurationPid = RuntimeConfig.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = RuntimeConfig.class, factory = true)
public final class ConfiguredRuntime {
    private final OciDefinition definition;

    @Activate
    public ConfiguredRuntime(RuntimeConfig config, Map<String, Object> properties) {
        String pid = String.valueOf(properties.get("service.pid"));
        String name = pid.substring(pid.indexOf('~') + 1);
        String path = config.path();
        if (path == null || path.isEmpty()) {
            throw EngineException.invalid("exec.runtime~" + name + " has no \"path\"");
        }
        definition = new OciDefinition(
                name,
                Path.of(path),
                List.of(config.arguments()),
                config.hide_unified(),
                Duration.ofSeconds(config.timeout_seconds()));
    }

    ConfiguredRuntime(OciDefinition definition) {
        this.definition = definition;
    }

    OciDefinition definition() {
        return definition;
    }
}

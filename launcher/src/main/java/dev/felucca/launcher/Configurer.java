package dev.felucca.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Carries the configuration file to the components. The file is checked as a whole first, so that a bad one changes nothing;
 * sections that are no longer in it go back to their defaults.
 */
final class Configurer {
    private final Layout layout;
    private final BundleContext context;

    Configurer(Layout layout, BundleContext context) {
        this.layout = layout;
        this.context = context;
    }

    void apply() throws LaunchException {
        Map<String, Map<String, Object>> wanted = read();
        ServiceReference<ConfigurationAdmin> ref = context.getServiceReference(ConfigurationAdmin.class);
        ConfigurationAdmin admin = ref == null ? null : context.getService(ref);
        if (admin == null) throw new LaunchException("the configuration admin service is not there");
        try {
            Configuration[] present = admin.listConfigurations("(service.pid=" + Schema.PREFIX + "*)");
            for (Configuration c : present == null ? new Configuration[0] : present)
                if (!wanted.containsKey(c.getPid())) c.delete();
            for (var entry : wanted.entrySet())
                configuration(admin, entry.getKey()).updateIfDifferent(FrameworkUtil.asDictionary(entry.getValue()));
        } catch (IOException | InvalidSyntaxException e) {
            throw new LaunchException("the configuration cannot be stored: " + e.getMessage(), e);
        } finally {
            context.ungetService(ref);
        }
    }

    private static Configuration configuration(ConfigurationAdmin admin, String pid) throws IOException {
        int tilde = pid.indexOf(Schema.NAMED);
        return tilde < 0
                ? admin.getConfiguration(pid, "?")
                : admin.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
    }

    private Map<String, Map<String, Object>> read() throws LaunchException {
        String text;
        try {
            text = Files.readString(layout.config());
        } catch (NoSuchFileException e) {
            if (layout.configRequired())
                throw new LaunchException(
                        "the configuration file " + layout.config() + " (FELUCCA_CONFIG) is not there", e);
            return Map.of(); // all defaults
        } catch (IOException e) {
            throw new LaunchException("cannot read the configuration file " + layout.config() + ": " + e, e);
        }
        try {
            return Schema.of(context.getBundles()).check(JsonReader.read(text));
        } catch (LaunchException e) {
            throw new LaunchException("configuration file " + layout.config() + ": " + e.getMessage(), e);
        }
    }
}

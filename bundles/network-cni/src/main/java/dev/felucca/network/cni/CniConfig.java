package dev.felucca.network.cni;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Section {@code network.cni} of felucca.json. */
@ObjectClassDefinition(id = CniConfig.PID, name = "Felucca CNI networks")
public @interface CniConfig {
    String PID = "dev.felucca.network.cni";

    @AttributeDefinition(description = "directories of plugins")
    String[] plugin_dirs() default {"/opt/cni/bin", "/usr/lib/cni"};

    @AttributeDefinition(description = "directory of network configurations (*.conflist, *.conf)")
    String config_dir() default "/etc/cni/net.d";

    @AttributeDefinition(description = "how long a plugin may take before it is killed", min = "1")
    int timeout_seconds() default 30;
}

/** Networks of containers: the SPI of network drivers, and the service that manages networks. */
@Export
@Version("1.0.0")
@NullMarked
package dev.felucca.api.network;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;

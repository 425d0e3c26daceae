package dev.felucca.launcher;

/**
 * What the system bundle exports besides the JDK: what lies on the class path for all (cnf/base.bnd says the same to the
 * resolver).
 */
final class SystemPackages {
    private SystemPackages() {}

    static final String EXTRA = String.join(
            ",",
            "org.slf4j;version=2.0.17",
            "org.slf4j.event;version=2.0.17",
            "org.slf4j.helpers;version=2.0.17",
            "org.slf4j.spi;version=2.0.17",
            "org.osgi.service.cm;version=1.6.1",
            "org.osgi.service.log;version=1.5.0",
            "org.osgi.service.component;version=1.5.1",
            "org.osgi.service.component.runtime;version=1.5.0",
            "org.osgi.service.component.runtime.dto;version=1.5.0",
            "org.osgi.util.promise;version=1.3.0",
            "org.osgi.util.function;version=1.2.0");
}

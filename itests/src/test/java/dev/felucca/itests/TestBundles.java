package dev.felucca.itests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.osgi.framework.Constants;

/** Bundles made for a test. */
final class TestBundles {
    private TestBundles() {}

    /** The same bundle, rebuilt as another version. */
    static Path otherVersion(Path bundle, String version, Path target) throws IOException {
        try (JarFile in = new JarFile(bundle.toFile())) {
            Manifest manifest = in.getManifest();
            manifest.getMainAttributes().putValue(Constants.BUNDLE_VERSION, version);
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(target), manifest)) {
                for (Enumeration<JarEntry> e = in.entries(); e.hasMoreElements(); ) {
                    JarEntry entry = e.nextElement();
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        try (InputStream content = in.getInputStream(entry)) {
                            content.transferTo(out);
                        }
                    }
                }
            }
        }
        return target;
    }

    /** A bundle with one component of one class, which provides a service of the api under a driver's name. */
    static Path driver(Path target, String symbolicName, String version, Class<?> component, Class<?> spi, String name)
            throws IOException {
        Manifest manifest = new Manifest();
        Attributes a = manifest.getMainAttributes();
        a.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        a.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        a.putValue(Constants.BUNDLE_SYMBOLICNAME, symbolicName);
        a.putValue(Constants.BUNDLE_VERSION, version);
        a.putValue(
                Constants.IMPORT_PACKAGE,
                "dev.felucca.api,dev.felucca.api.driver,dev.felucca.api.storage,dev.felucca.api.namespace,dev.felucca.api.spec");
        a.putValue("Service-Component", "OSGI-INF/driver.xml");
        String xml = "<scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.3.0' name='" + component.getName()
                + "'><property name='felucca.driver' value='" + name + "'/><service><provide interface='"
                + spi.getName()
                + "'/></service><implementation class='" + component.getName() + "'/></scr:component>";
        String file = component.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(target), manifest);
                InputStream code = component.getClassLoader().getResourceAsStream(file)) {
            if (code == null) {
                throw new IOException("no class file " + file);
            }
            out.putNextEntry(new JarEntry(file));
            code.transferTo(out);
            out.putNextEntry(new JarEntry("OSGI-INF/driver.xml"));
            out.write(xml.getBytes(StandardCharsets.UTF_8));
        }
        return target;
    }
}

package dev.felucca.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.osgi.framework.Bundle;

/**
 * What may be configured: the metatype files of the installed bundles, so that a new bundle brings its own section and nothing
 * is listed here. A section is named as the component's PID without {@value #PREFIX}.
 *
 * @param sections section name to its keys; one of which there may be any number, each with a name of its own after it, ends with a tilde
 */
record Schema(Map<String, Map<String, Option>> sections) {
    static final String PREFIX = "dev.felucca.";
    static final String NAMED = "~";

    static Schema of(Bundle[] bundles) throws LaunchException {
        Map<String, Map<String, Option>> sections = new TreeMap<>();
        for (Bundle b : bundles) {
            var found = b.findEntries("OSGI-INF/metatype", "*.xml", false);
            for (URL file : found == null ? List.<URL>of() : Collections.list(found)) {
                try (InputStream in = file.openStream()) {
                    read(in, sections);
                } catch (IOException | XMLStreamException e) {
                    throw new LaunchException("the metatype " + file + " cannot be read: " + e.getMessage(), e);
                }
            }
        }
        return new Schema(sections);
    }

    /** Adds what one file designates (Metatype Service Specification, 105.8). */
    static void read(InputStream in, Map<String, Map<String, Option>> sections) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        XMLStreamReader xml = factory.createXMLStreamReader(in);
        Map<String, Map<String, Option>> classes = new LinkedHashMap<>();
        Map<String, Option> keys = new TreeMap<>();
        Option last = null;
        String pid = null;
        while (xml.hasNext()) {
            if (xml.next() != XMLStreamConstants.START_ELEMENT) continue;
            switch (xml.getLocalName()) {
                case "OCD" -> {
                    keys = new TreeMap<>();
                    classes.put(String.valueOf(xml.getAttributeValue(null, "id")), keys);
                }
                case "AD" -> {
                    last = option(xml);
                    keys.put(last.name(), last);
                }
                case "Option" -> {
                    // a choice of the AD that it stands in
                    if (last != null) last.choices().add(String.valueOf(xml.getAttributeValue(null, "value")));
                }
                case "Designate" -> {
                    String many = xml.getAttributeValue(null, "factoryPid");
                    pid = many == null ? xml.getAttributeValue(null, "pid") : many + NAMED;
                }
                case "Object" -> {
                    Map<String, Option> designated = classes.get(xml.getAttributeValue(null, "ocdref"));
                    if (pid != null && pid.startsWith(PREFIX) && designated != null)
                        sections.put(pid.substring(PREFIX.length()), designated);
                }
                default -> {
                    // names and descriptions are for people
                }
            }
        }
    }

    private static Option option(XMLStreamReader xml) {
        String cardinality = xml.getAttributeValue(null, "cardinality");
        return new Option(
                String.valueOf(xml.getAttributeValue(null, "id")),
                String.valueOf(xml.getAttributeValue(null, "type")),
                cardinality != null && !cardinality.equals("0"),
                xml.getAttributeValue(null, "default") == null
                        && !"false".equals(xml.getAttributeValue(null, "required")),
                xml.getAttributeValue(null, "min"),
                xml.getAttributeValue(null, "max"),
                new ArrayList<>());
    }

    /** Checks a whole file; the result is PID to properties. */
    Map<String, Map<String, Object>> check(Object json) throws LaunchException {
        if (!(json instanceof Map<?, ?> file)) throw new LaunchException("an object in braces is wanted");
        Map<String, Map<String, Object>> result = new TreeMap<>();
        for (var entry : file.entrySet()) {
            String section = String.valueOf(entry.getKey());
            Map<String, Option> keys = sections.get(kind(section));
            if (keys == null)
                throw new LaunchException("there is no section \"" + section + "\"; " + list("sections", sections));
            if (!(entry.getValue() instanceof Map<?, ?> values))
                throw new LaunchException("section \"" + section + "\": an object in braces is wanted");
            result.put(PREFIX + section, section(section, keys, values));
        }
        return result;
    }

    private static String kind(String section) {
        int tilde = section.indexOf(NAMED);
        if (tilde == section.length() - 1) return ""; // the name is missing
        return tilde < 0 ? section : section.substring(0, tilde + 1);
    }

    private static Map<String, Object> section(String section, Map<String, Option> keys, Map<?, ?> values)
            throws LaunchException {
        Map<String, Object> result = new TreeMap<>();
        for (var value : values.entrySet()) {
            String key = String.valueOf(value.getKey());
            Option option = keys.get(key);
            String where = "section \"" + section + "\": \"" + key + "\"";
            if (option == null)
                throw new LaunchException(where + " is no key of this section; " + list("its keys", keys));
            result.put(key, option.convert(where, value.getValue()));
        }
        for (Option option : keys.values())
            if (option.required() && !result.containsKey(option.name()))
                throw new LaunchException("section \"" + section + "\": \"" + option.name() + "\" is missing");
        return result;
    }

    private static String list(String what, Map<String, ?> of) {
        return of.isEmpty() ? "there are none" : what + " are " + String.join(", ", of.keySet());
    }
}

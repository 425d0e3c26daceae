package dev.felucca.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    private static final String METATYPE =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.4.0">
              <OCD id="x.Options" name="X">
                <AD id="mode" type="String" default="a"><Option label="A" value="a"/><Option label="B" value="b"/></AD>
                <AD id="count" type="Integer" min="1" max="64" default="2"/>
                <AD id="bytes" type="Long" default="2"/>
                <AD id="mirrors" type="String" cardinality="2147483647" default=""/>
                <AD id="on" type="Boolean" default="true"/>
              </OCD>
              <Designate pid="dev.felucca.cgroup.raw"><Object ocdref="x.Options"/></Designate>
              <Designate pid="org.example.other"><Object ocdref="x.Options"/></Designate>
              <OCD id="x.Many"><AD id="path" type="String" required="true"/></OCD>
              <Designate factoryPid="dev.felucca.many"><Object ocdref="x.Many"/></Designate>
            </metatype:MetaData>
            """;

    private static Schema schema() {
        Map<String, Map<String, Option>> sections = new TreeMap<>();
        try {
            Schema.read(new ByteArrayInputStream(METATYPE.getBytes(StandardCharsets.UTF_8)), sections);
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return new Schema(sections);
    }

    private static String refused(String json) {
        return String.valueOf(assertThrows(LaunchException.class, () -> schema().check(JsonReader.read(json)))
                .getMessage());
    }

    @Test
    void aSectionOfWhichThereAreManyHasANameOfItsOwn() throws LaunchException {
        var all = schema().check(JsonReader.read("{\"many~a\": {\"path\": \"/a\"}, \"many~b\": {\"path\": \"/b\"}}"));
        assertEquals(Map.of("path", "/a"), all.get("dev.felucca.many~a"));
        assertEquals(Map.of("path", "/b"), all.get("dev.felucca.many~b"));
        assertTrue(refused("{\"many\": {\"path\": \"/a\"}}").contains("there is no section \"many\""));
        assertTrue(refused("{\"many~\": {\"path\": \"/a\"}}").contains("there is no section"));
        assertTrue(refused("{\"many~a\": {}}").contains("\"path\" is missing"));
    }

    @Test
    void valuesHaveTheDeclaredTypes() throws LaunchException {
        var all = schema().check(
                        JsonReader.read(
                                """
                {"cgroup.raw": {"mode": "b", "count": 64, "bytes": 5e10, "mirrors": ["x", "\\u00fc\\n"], "on": false}}"""));
        assertEquals(1, all.size());
        Map<String, Object> raw = all.getOrDefault("dev.felucca.cgroup.raw", Map.of());
        assertEquals("b", raw.get("mode"));
        assertEquals(64, raw.get("count"));
        assertEquals(50_000_000_000L, raw.get("bytes"));
        assertEquals(false, raw.get("on"));
        assertArrayEquals(new String[] {"x", "ü\n"}, (String[]) raw.get("mirrors"));
    }

    @Test
    void anErrorNamesTheKeyAndWhatIsAllowed() {
        assertEquals("there is no section \"cgroup\"; sections are cgroup.raw, many~", refused("{\"cgroup\": {}}"));
        assertEquals(
                "section \"cgroup.raw\": \"cuont\" is no key of this section; its keys are bytes, count, mirrors, mode, on",
                refused("{\"cgroup.raw\": {\"cuont\": 1}}"));
        assertEquals(
                "section \"cgroup.raw\": \"count\" is \"2\": a whole number is wanted",
                refused("{\"cgroup.raw\": {\"count\": \"2\"}}"));
        assertEquals(
                "section \"cgroup.raw\": \"count\" is 2.5: a whole number is wanted",
                refused("{\"cgroup.raw\": {\"count\": 2.5}}"));
        assertEquals(
                "section \"cgroup.raw\": \"count\" is 65: the most is 64",
                refused("{\"cgroup.raw\": {\"count\": 65}}"));
        assertEquals(
                "section \"cgroup.raw\": \"count\" is 0: the least is 1", refused("{\"cgroup.raw\": {\"count\": 0}}"));
        assertEquals(
                "section \"cgroup.raw\": \"mode\" is \"c\": allowed are a, b",
                refused("{\"cgroup.raw\": {\"mode\": \"c\"}}"));
        assertEquals(
                "section \"cgroup.raw\": \"on\" is \"yes\": true or false is wanted",
                refused("{\"cgroup.raw\": {\"on\": \"yes\"}}"));
        assertEquals(
                "section \"cgroup.raw\": \"mirrors\"[1] is 3: a text in double quotes is wanted",
                refused("{\"cgroup.raw\": {\"mirrors\": [\"a\", 3]}}"));
        assertEquals("section \"cgroup.raw\": an object in braces is wanted", refused("{\"cgroup.raw\": 3}"));
        assertEquals("an object in braces is wanted", refused("[]"));
    }

    @Test
    void malformedJsonIsShownWhereItIs() {
        assertEquals("line 2, column 1: the file ends too early", refused("{\n"));
        assertEquals("line 1, column 2: a key in double quotes is expected", refused("{a: 1}"));
        assertEquals("line 1, column 9: nothing more is expected", refused("{\"a\":1} x"));
        assertEquals("line 1, column 6: \"01\" is no value", refused("{\"a\":01}"));
        assertEquals("line 1, column 14: the key \"a\" is there twice", refused("{\"a\":1, \"a\":2}"));
        assertEquals("line 1, column 6: \"null\" is no value", refused("{\"a\":null}"));
        assertEquals("line 1, column 18: the nesting is too deep", refused("[".repeat(100)));
        assertEquals("line 1, column 1: the file ends too early", refused(""));
    }
}

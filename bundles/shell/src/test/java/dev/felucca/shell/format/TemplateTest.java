package dev.felucca.shell.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.felucca.api.EngineException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTest {
    private static final String DATA =
            """
            {"Id":"x1","State":{"Running":true,"Pid":7},"Args":["a","b c"],"Env":{"k":"v","a":"b"},"None":null,"Empty":[],
             "Mounts":[{"Source":"/a"},{"Source":"/b"}]}""";

    private static String render(String template) throws Exception {
        JsonNode data = new ObjectMapper().readTree(DATA);
        return Template.parse(template, false).render(data);
    }

    @Test
    void whatGoWouldPrint() throws Exception {
        for (var e : Map.ofEntries(
                        Map.entry("plain", "plain"),
                        Map.entry("{{.Id}}", "x1"),
                        Map.entry("{{ .State.Pid }}/{{.State.Running}}", "7/true"),
                        Map.entry("{{.Args}}", "[a b c]"),
                        Map.entry("{{.Env}}", "map[a:b k:v]"),
                        Map.entry("{{.None}}", "<nil>"),
                        Map.entry("{{json .Args}}", "[\"a\",\"b c\"]"),
                        Map.entry("{{.State | json}}", "{\"Running\":true,\"Pid\":7}"),
                        Map.entry("{{index .Args 1}}", "b c"),
                        Map.entry("{{index .Env \"k\"}}{{index .Env \"no\"}}", "v"),
                        Map.entry("{{(index .Mounts 0).Source}}", "/a"),
                        Map.entry("{{len .Args}}", "2"),
                        Map.entry("{{join .Args \",\"}}", "a,b c"),
                        Map.entry("{{upper .Id}}", "X1"),
                        Map.entry("{{if .State.Running}}up{{else}}down{{end}}", "up"),
                        Map.entry("{{if eq .State.Pid 8}}a{{else}}b{{end}}", "b"),
                        Map.entry("{{if not .Empty}}none{{end}}", "none"),
                        Map.entry("{{range .Mounts}}{{.Source}} {{end}}", "/a /b "),
                        Map.entry("{{range .Empty}}x{{else}}nothing{{end}}", "nothing"),
                        Map.entry("{{range .Mounts}}{{println .Source}}{{end}}", "/a\n/b\n"),
                        Map.entry("a {{- .Id -}} b", "ax1b"),
                        Map.entry("{{/* nothing */}}x", "x"))
                .entrySet()) {
            assertEquals(e.getValue(), render(e.getKey()), e.getKey());
        }
    }

    @Test
    void whatIsNotUnderstoodIsRefusedByName() {
        for (var e : Map.of(
                        "{{.Nope}}", "no field \"Nope\"",
                        "{{.State.Nope}}", "no field \"Nope\"",
                        "{{$x := .Id}}", "variables ($x)",
                        "{{with .Id}}{{end}}", "{{with}} is not supported",
                        "{{printf .Id}}", "function \"printf\"",
                        "{{.Id", "not closed",
                        "{{if .Id}}", "no {{end}}",
                        "{{end}}", "without a beginning",
                        "{{}}", "empty",
                        "{{.Id extra}}", "unexpected \"extra\"")
                .entrySet()) {
            EngineException x = assertThrows(EngineException.class, () -> render(e.getKey()), e.getKey());
            assertTrue(x.message().contains(e.getValue()), x.message());
        }
    }
}

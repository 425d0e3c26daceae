package dev.felucca.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.felucca.api.EngineException;
import dev.felucca.api.container.Healthcheck;
import dev.felucca.api.image.ImageConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangesTest {
    @Test
    void takesWhatADockerfileSays() {
        ImageConfig c = Changes.apply(List.of(
                "cmd echo hi",
                "ENTRYPOINT [\"/bin/sh\", \"-c\"]",
                "ENV PATH /a b",
                "ENV X=\"1 $PATH\" Y='$X' Z=a\\ b",
                "ENV X=2",
                "EXPOSE 80 53/udp 8000-8001",
                "LABEL a=b \"c d\"=e",
                "VOLUME /data /x",
                "VOLUME [\"/y z\"]",
                "USER www-data:${G:-33}",
                "WORKDIR /srv",
                "WORKDIR app/../web",
                "STOPSIGNAL SIGQUIT",
                "HEALTHCHECK --interval=1m30s --timeout=1.5s --retries=3 CMD curl -f localhost"));
        assertEquals(List.of("/bin/sh", "-c", "echo hi"), c.cmd());
        assertEquals(List.of("/bin/sh", "-c"), c.entrypoint());
        assertEquals(List.of("PATH=/a b", "Y=$X", "Z=a b", "X=2"), c.env());
        assertEquals(Set.of("80/tcp", "53/udp", "8000/tcp", "8001/tcp"), c.exposedPorts());
        assertEquals(Map.of("a", "b", "c d", "e"), c.labels());
        assertEquals(Set.of("/data", "/x", "/y z"), c.volumes());
        assertEquals("www-data:33", c.user());
        assertEquals("/srv/web", c.workingDir());
        assertEquals("SIGQUIT", c.stopSignal());
        assertEquals(
                new Healthcheck(
                        List.of("CMD-SHELL", "curl -f localhost"), 90_000_000_000L, 1_500_000_000L, null, 3, null),
                c.healthcheck());
        Limits limits = ImageStoreTest.LIMITS;
        assertEquals(c, ConfigFile.config(Json.parse(Json.write(Changes.toJson(c)), "config", limits)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "CMD",
                "RUN x",
                "ONBUILD RUN x",
                "FROM x",
                "ENV x",
                "ENV =x",
                "LABEL a=b c",
                "EXPOSE x",
                "EXPOSE 70000",
                "EXPOSE 9-8",
                "ENV a='x",
                "ENV a=\"x",
                "ENV a=${b",
                "ENV a=${b:?c}",
                "HEALTHCHECK x",
                "HEALTHCHECK --interval=x CMD y",
                "HEALTHCHECK --foo=1s CMD y",
                "HEALTHCHECK --retries=0 CMD y"
            })
    void refuses(String change) {
        EngineException e = assertThrows(EngineException.class, () -> Changes.apply(List.of(change)));
        assertEquals(EngineException.Kind.INVALID, e.kind());
    }
}

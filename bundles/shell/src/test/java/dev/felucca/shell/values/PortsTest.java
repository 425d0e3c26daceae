package dev.felucca.shell.values;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.felucca.api.EngineException;
import dev.felucca.api.network.PortBinding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
    @ParameterizedTest
    @CsvSource({
        "80, 80, tcp, '', 0, 0",
        "8080:80, 80, tcp, '', 8080, 8080",
        "127.0.0.1:8080:80/udp, 80, udp, 127.0.0.1, 8080, 8080",
        "127.0.0.1::80, 80, tcp, 127.0.0.1, 0, 0",
        "[::1]:8080:80, 80, tcp, ::1, 8080, 8080",
        "8000-8010:80, 80, tcp, '', 8000, 8010",
    })
    void one(String text, int container, String protocol, String address, int first, int last) {
        assertEquals(List.of(new PortBinding(container, protocol, address, first, last)), Ports.publish(text));
    }

    @Test
    void rangesOfTheSameLengthGoInPairs() {
        assertEquals(
                List.of(new PortBinding(80, "tcp", "", 8080, 8080), new PortBinding(81, "tcp", "", 8081, 8081)),
                Ports.publish("8080-8081:80-81"));
        assertEquals(
                List.of(new PortBinding(80, "tcp", "", 0, 0), new PortBinding(81, "tcp", "", 0, 0)),
                Ports.publish("80-81"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "0",
                "65536",
                "81-80",
                "1:2:3:4",
                "8080-8082:80-81",
                "80/icmp",
                "80/sctp",
                "8080:",
                "-1:80"
            })
    void whatIsWrong(String text) {
        assertThrows(EngineException.class, () -> Ports.publish(text));
    }
}

package dev.felucca.api.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.felucca.api.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalsTest {
    @ParameterizedTest
    @CsvSource({
        "KILL,9",
        "SIGKILL,9",
        "sigterm,15",
        "9,9",
        "64,64",
        "HUP,1",
        "SYS,31",
        "USR2,12",
        "CHLD,17",
        "WINCH,28",
        "IOT,6",
        "POLL,29",
        "RTMIN,34",
        "SIGRTMIN+3,37",
        "RTMAX,64",
        "RTMAX-14,50",
        "RTMIN+30,64"
    })
    void namesAndNumbers(String signal, int number) {
        assertEquals(number, Signals.parse(signal));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "65", "-9", "SIG", "NOPE", "SIGSIGKILL", "RTMIN-1", "RTMAX+1", "RTMIN+31", "RT", "999"})
    void whatIsNoSignalIsRefused(String signal) {
        EngineException e = assertThrows(EngineException.class, () -> Signals.parse(signal));
        assertEquals(EngineException.Kind.INVALID, e.kind());
        assertEquals("invalid signal: " + signal, e.message());
    }

    @Test
    void everyNameReadsBackAsItsNumber() {
        for (int n = 1; n <= 64; n++) {
            assertEquals(n, Signals.parse(Signals.name(n)));
        }
        assertEquals("SIGKILL", Signals.name(9));
        assertEquals("SIGRTMIN+3", Signals.name(37));
        assertEquals("0", Signals.name(0));
    }
}
